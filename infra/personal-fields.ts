import * as z from 'zod';
import { Actor } from '#shared/actor.ts';
import { PersonId } from '#shared/ids.ts';
import { personalData } from '#shared/privacy/personal-data.ts';

/** A field of a schema, at any depth. */
export interface Field {
  /** Such as `automation.managedBy`; fields of list items have the path of the list. */
  path: string;
  name: string;
  /** From the outermost to the innermost schema, for example a nullable and what it wraps. */
  layers: readonly z.core.$ZodType[];
}

/** Returns a schema's direct children: its fields by name, or without a name what it wraps, lists or chooses from. */
const within = (schema: z.core.$ZodType): { name?: string; schema: z.core.$ZodType }[] => {
  if (schema instanceof z.ZodObject) {
    return Object.entries<z.core.$ZodType>(schema.shape).map(([name, field]) => ({ name, schema: field }));
  }
  if (schema instanceof z.ZodArray) return [{ schema: schema.element }];
  if (schema instanceof z.ZodRecord) return [{ schema: schema.valueType }];
  if (schema instanceof z.ZodPipe) return [{ schema: schema.in }, { schema: schema.out }];
  if (schema instanceof z.ZodUnion) return schema.options.map((option) => ({ schema: option }));
  if (schema instanceof z.ZodTuple) return schema.def.items.map((item) => ({ schema: item }));
  if (schema instanceof z.ZodIntersection) return [{ schema: schema.def.left }, { schema: schema.def.right }];
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodCatch
  ) {
    return [{ schema: schema.unwrap() }];
  }
  return [];
};

/** Returns every field of a schema. */
export const fieldsOf = (schema: z.core.$ZodType, path = ''): Field[] =>
  within(schema).flatMap((part) => {
    if (part.name === undefined) return fieldsOf(part.schema, path);
    const at = path === '' ? part.name : `${path}.${part.name}`;
    return [{ path: at, name: part.name, layers: layersOf(part.schema) }, ...fieldsOf(part.schema, at)];
  });

/** Returns a schema and all unnamed schemas inside it. */
const layersOf = (schema: z.core.$ZodType): z.core.$ZodType[] => [
  schema,
  ...within(schema).flatMap((part) => (part.name === undefined ? layersOf(part.schema) : [])),
];

/** Returns the register entry of a field marked as personal data; undefined for others. */
export const saidOf = ({ layers }: Field) =>
  layers.map((layer) => personalData.get(layer)).find((said) => said !== undefined);

/** Whether the field refers to a person by id. A copy made by `.meta()` has the original as its parent. */
export const namesPerson = ({ layers }: Field): boolean =>
  layers.some((layer) => {
    for (let each: z.core.$ZodType | undefined = layer; each; each = each._zod.parent) {
      if (each === PersonId || each === Actor) return true;
    }
    return false;
  });

/** Names that usually hold personal data. */
const usual =
  /^(to|ip|name|subject|device|network|networks)$|((first|last|full|display)name|e?mail|username|phone|phonenumber|address|addresses|sourceip|useragent|avatar|imageurl|birthday)$/i;

/** Whether a field's name suggests personal data. */
export const soundsPersonal = ({ name }: Field): boolean => usual.test(name);
