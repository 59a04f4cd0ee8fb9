import * as z from 'zod';
import { Actor } from '#shared/actor.ts';
import { entityFields } from '#shared/entity.ts';
import { TemplateId } from '#shared/ids.ts';
import { text } from '#shared/text.ts';
import { Parts } from './post.ts';

export const VariableName = z.string().regex(/^[a-z]\w{0,39}$/i, 'must be a letter, then letters, digits and _');

const described = {
  name: VariableName,
  isRequired: z.boolean().default(true).meta({
    description: 'Whether a value is required if there is no default; otherwise the variable is left empty',
  }),
};

const ofDefault = (what: string) => ({ description: `${what} used if none is given; null: none` });

/** A number that texts show in plain digits, with at most six decimals. */
const Amount = z.number().min(-1e12).max(1e12);
const longestText = 4000;

/** A variable: what can replace `{{name}}`. */
export const Variable = z.discriminatedUnion('type', [
  z.strictObject({
    ...described,
    type: z.literal('text'),
    maxLength: z
      .int()
      .min(1)
      .max(longestText)
      .default(280)
      .meta({ description: 'Maximum length of the value, in UTF-16 code units' }),
    default: z.string().max(longestText).nullable().default(null).meta(ofDefault('Text')),
  }),
  z.strictObject({
    ...described,
    type: z.literal('number'),
    min: Amount.nullable().default(null).meta({ description: 'Minimum value; null: none' }),
    max: Amount.nullable().default(null).meta({ description: 'Maximum value; null: none' }),
    default: Amount.nullable().default(null).meta(ofDefault('Number')),
  }),
  /** A calendar day, such as 2026-12-24. */
  z.strictObject({
    ...described,
    type: z.literal('date'),
    default: z.string().max(10).nullable().default(null).meta(ofDefault('Date such as 2026-12-24,')),
  }),
  /** An address that begins with http:// or https://. */
  z.strictObject({
    ...described,
    type: z.literal('url'),
    default: z.string().max(2048).nullable().default(null).meta(ofDefault('http(s) URL')),
  }),
  z.strictObject({
    ...described,
    type: z.literal('choice'),
    options: z.array(z.string().min(1).max(200)).min(1).max(50).meta({ description: 'Values to choose from' }),
    default: z.string().max(200).nullable().default(null).meta(ofDefault('Option')),
  }),
]);
export type Variable = z.infer<typeof Variable>;

/** JSON form of a value; `fill` checks whether it fits its variable. */
export const VariableValue = z.union([z.string().max(longestText), z.number()]);
export type VariableValue = z.infer<typeof VariableValue>;

/** Maximum number of templates per workspace. */
export const maxTemplates = {
  most: 500,
  code: 'too_many_templates',
  said: 'A workspace can have 500 templates. Delete one first.',
};

/** Maximum number of templates per person, so that one person cannot use up the workspace's limit. */
export const maxTemplatesOfOne = {
  most: maxTemplates.most / 2,
  code: 'too_many_own_templates',
  said: 'You may create 250 of the 500 templates of a workspace. Delete one first.',
};

export const templateFields = {
  name: text(120),
  parts: Parts.meta({
    description: 'The post, or the parts of a thread in order, with `{{name}}` placeholders for variables',
  }),
  variables: z.array(Variable).max(30).meta({ description: 'Variables that the texts may use, each name once' }),
};

/** A post with placeholders for what differs each time. */
export const Template = z
  .object({
    id: TemplateId,
    ...entityFields,
    ...templateFields,
    /** Whose share it counts against; absent in templates from before there were shares. */
    createdBy: Actor.optional(),
  })
  .meta({ id: 'Template' });
export type Template = z.infer<typeof Template>;
