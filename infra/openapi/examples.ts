import { entities } from './example-values/entities.ts';
import { fields, instants, usuallyNull } from './example-values/fields.ts';
import { replies } from './example-values/replies.ts';
import type { Schema } from './schemas.ts';

interface Media {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, { $ref: string } | { value: unknown }>;
}

const nameOf = ({ $ref }: Schema): string | undefined => $ref?.split('/').at(-1);

const isNull = ({ type }: Schema): boolean => type === 'null';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The usual example of a schema, or each of a list, with what differs at this place, field by field at every depth. */
const varied = (usual: unknown, here: unknown): unknown => {
  if (here === undefined) return usual;
  if (!isObject(here)) return here;
  if (Array.isArray(usual)) return usual.map((each) => varied(each, here));
  if (!isObject(usual)) return here;
  const differing = Object.entries(here).map(([field, each]) => [field, varied(usual[field], each)]);
  return { ...usual, ...Object.fromEntries(differing) };
};

/**
 * Examples made of the schemas: what a schema or a field says of itself (`examples`) goes before the tables of
 * `example-values/`, by which names have a value wherever they occur. Always the same ones.
 */
export const exampleMaker = (schemas: Readonly<Record<string, Schema>>) => {
  const made = new Map<string, unknown>();

  /** The example of a named schema. */
  const ofName = (name: string): unknown => {
    if (!made.has(name)) {
      const schema = schemas[name];
      if (!schema) throw new Error(`There is no schema ${name}`);
      made.set(name, of(schema, name, name));
    }
    return made.get(name);
  };

  /** The example of a schema that stands at a field. @param owner the named schema around it, for what it says of itself */
  const of = (schema: Schema, field: string, owner: string): unknown => {
    const at = instants[field];
    if (at !== undefined && schema['format'] === 'date-time') return at;
    const [example] = (schema['examples'] as unknown[] | undefined) ?? [];
    if (example !== undefined) return example;
    const name = nameOf(schema);
    if (name !== undefined) return ofName(name);
    if (schema.const !== undefined) return schema.const;
    const alternatives = schema.anyOf ?? schema.oneOf;
    if (alternatives) return ofAlternatives(alternatives, field, owner);
    if (schema.properties || schema.type === 'object') return ofObject(schema, owner);
    if (schema.items) return [of(schema.items, field, owner)];
    return ofScalar(schema, field, owner);
  };

  const ofAlternatives = (all: readonly Schema[], field: string, owner: string): unknown => {
    if (all.some(isNull) && usuallyNull.has(field)) return null;
    const first = all.find((each) => !isNull(each));
    return first === undefined ? null : of(first, field, owner);
  };

  const ofObject = ({ properties = {} }: Schema, owner: string): unknown => {
    const own = entities[owner] ?? {};
    const known = Object.entries(properties).flatMap(([field, each]): [string, unknown][] => {
      if (!(field in own)) return [[field, varied(of(each, field, owner), entities[`${owner}.${field}`])]];
      return own[field] === undefined ? [] : [[field, own[field]]];
    });
    return Object.fromEntries(known);
  };

  const ofScalar = (schema: Schema, field: string, owner: string): unknown => {
    const value = fields[field];
    if (Array.isArray(schema.type) && schema.type.includes('null') && usuallyNull.has(field)) return null;
    if (value !== undefined && isOfType(schema, value)) return value;
    if (schema.enum) return schema.enum[0];
    if (schema.type === 'boolean') return false;
    throw new Error(`There is no example for ${owner}.${field}: give it one by .meta({ examples }) or in the tables`);
  };

  return { ofName, of };
};

const isOfType = ({ type, enum: values }: Schema, value: unknown): boolean => {
  if (values) return values.includes(value);
  const types = [type].flat();
  if (types.includes('integer') || types.includes('number')) return typeof value === 'number';
  return types.includes(typeof value);
};

/** Gives each media type of requests and replies its example, and each one that several have a name of its own. */
export const addExamples = (
  operations: readonly { operationId: string; requestBody?: object; responses: object }[],
  components: { schemas: Readonly<Record<string, Schema>>; examples: Record<string, { value: unknown }> },
): void => {
  const maker = exampleMaker(components.schemas);
  const add = (media: Media, place: string, here?: object): void => {
    const schema = media.schema ?? {};
    const named = [schema, ...(schema.anyOf ?? schema.oneOf ?? [])].flatMap((each) => nameOf(each) ?? []);
    if (named.length === 0) {
      media.example = maker.of(schema, place, place);
      return;
    }
    const made = here
      ? [[place, varied(maker.of(schema, place, place), here)] as const]
      : named.map((name) => [name, maker.ofName(name)] as const);
    media.examples = Object.fromEntries(
      made.map(([name, value]) => {
        components.examples[name] ??= { value };
        return [name, { $ref: `#/components/examples/${name}` }];
      }),
    );
  };
  const addAll = (content: Record<string, Media> | undefined, place: string, here?: object): void => {
    for (const media of Object.values(content ?? {})) add(media, place, here);
  };
  for (const { operationId, requestBody, responses } of operations) {
    addAll((requestBody as { content?: Record<string, Media> } | undefined)?.content, `${operationId}Request`);
    for (const response of Object.values(responses) as { content?: Record<string, Media> }[]) {
      addAll(response.content, `${operationId}Reply`, replies[operationId]);
    }
  }
};
