import * as z from 'zod';
import type { Bound, EventPattern, Scalar, ValueTest } from './event-pattern.ts';
import { accepts } from './match-pattern.ts';

/** Why a pattern can never match an event: where, and in words. */
export interface Impossible {
  path: string;
  message: string;
}

/** The JSON Schema keywords that restrict which values are possible. */
const Schema = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
});
type Schema = z.infer<typeof Schema>;

/**
 * Finds what can never hold for an event: an unknown field, a value outside an enum, an empty interval.
 * @param schema JSON Schema of the event, as `z.toJSONSchema` writes it without references
 */
export const impossibleIn = (pattern: EventPattern, schema: unknown, path = ''): Impossible[] => {
  const forms = objectForms(schema);
  const within = pattern.fields.flatMap((field) => {
    const at = path === '' ? field.name : `${path}.${field.name}`;
    const found = forms.flatMap((form) => fieldOf(form, field.name));
    if (found.length === 0) {
      // A field that never exists passes an `exists: false` test.
      const isFine = !('inner' in field) && field.tests.some((test) => test.op === 'exists' && !test.present);
      return isFine ? [] : [{ path: at, message: 'is not a field of this event' }];
    }
    if ('inner' in field) return impossibleIn(field.inner, { anyOf: found }, at);
    const leaves = found.flatMap(leafForms);
    const reasons = field.tests.map((test) => impossibility(test, leaves));
    return reasons.every((reason) => reason !== undefined) ? [{ path: at, message: reasons[0] ?? '' }] : [];
  });
  const choices = pattern.or.flatMap((alternatives) => {
    const found = alternatives.map((each) => impossibleIn(each, schema, path));
    return found.every((each) => each.length > 0) ? found.flat() : [];
  });
  return [...within, ...choices];
};

/** The forms that a value can have: branches of unions and elements of arrays, flattened. */
const formsOf = (schema: unknown): Schema[] => {
  const parsed = Schema.parse(schema);
  const branches = [...(parsed.anyOf ?? []), ...(parsed.oneOf ?? [])];
  if (branches.length > 0) return branches.flatMap(formsOf);
  if (parsed.items !== undefined) return formsOf(parsed.items);
  return [parsed];
};

const isObjectForm = ({ properties, additionalProperties }: Schema): boolean =>
  properties !== undefined || (typeof additionalProperties === 'object' && additionalProperties !== null);

const objectForms = (schema: unknown): Schema[] => formsOf(schema).filter(isObjectForm);

const leafForms = (schema: unknown): Schema[] => formsOf(schema).filter((form) => !isObjectForm(form));

const fieldOf = ({ properties, additionalProperties }: Schema, name: string): unknown[] => {
  const own = properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (own !== undefined) return [own];
  return typeof additionalProperties === 'object' && additionalProperties !== null ? [additionalProperties] : [];
};

/** Why no value of these forms passes the test; undefined if one can. */
const impossibility = (test: ValueTest, forms: readonly Schema[]): string | undefined => {
  // Events of older versions can lack the field.
  if (test.op === 'exists') return undefined;
  if (test.op === 'numeric' && isEmpty(test.bounds)) return 'has a numeric range that contains no number';
  if (forms.length === 0) return 'is an object: compare one of its fields';
  if (forms.some((form) => mayPass(test, form))) return undefined;
  const values = forms.flatMap(valuesOf);
  return values.length > 0
    ? `can only be ${values.map((value) => JSON.stringify(value)).join(', ')}`
    : `never has a value of this type or range; its type is ${[...new Set(forms.map(typeName))].join(' or ')}`;
};

const mayPass = (test: ValueTest, form: Schema): boolean => {
  const values = valuesOf(form);
  if (values.length > 0) return values.some((value) => accepts(test, value));
  if (form.type === undefined) return true;
  const types = [form.type].flat();
  const isNumber = types.some((type) => type === 'number' || type === 'integer');
  switch (test.op) {
    case 'numeric':
      return isNumber && !isEmpty([...test.bounds, ...boundsOf(form)]);
    case 'text':
    case 'wildcard':
    case 'cidr':
      return types.includes('string');
    case 'equals':
      if (typeof test.value === 'number') {
        return isNumber && !isEmpty([{ is: '=', value: test.value }, ...boundsOf(form)]);
      }
      return types.includes(test.value === null ? 'null' : typeof test.value);
    case 'anythingBut':
    case 'exists':
      return true;
  }
};

const valuesOf = (form: Schema): Scalar[] => {
  const values = form.enum ?? ('const' in form && form.const !== undefined ? [form.const] : []);
  const all = form.type === 'null' ? [null] : form.type === 'boolean' && values.length === 0 ? [true, false] : values;
  return all.filter((value): value is Scalar => value === null || typeof value !== 'object');
};

const typeName = ({ type = 'anything' }: Schema): string => [type].flat().join(' or ');

const boundsOf = ({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): Bound[] => [
  ...(minimum === undefined ? [] : [{ is: '>=' as const, value: minimum }]),
  ...(maximum === undefined ? [] : [{ is: '<=' as const, value: maximum }]),
  ...(exclusiveMinimum === undefined ? [] : [{ is: '>' as const, value: exclusiveMinimum }]),
  ...(exclusiveMaximum === undefined ? [] : [{ is: '<' as const, value: exclusiveMaximum }]),
];

/** Whether no number satisfies all bounds. */
const isEmpty = (bounds: readonly Bound[]): boolean => {
  const lowest = Math.max(-Infinity, ...bounds.filter(({ is }) => is !== '<' && is !== '<=').map(({ value }) => value));
  const highest = Math.min(Infinity, ...bounds.filter(({ is }) => is !== '>' && is !== '>=').map(({ value }) => value));
  const isOpen = bounds.some(({ is, value }) => (is === '>' && value === lowest) || (is === '<' && value === highest));
  return lowest > highest || (lowest === highest && isOpen);
};
