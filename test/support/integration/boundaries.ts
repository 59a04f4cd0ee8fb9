import type * as z from 'zod';
import { openApi } from '#infra/openapi.ts';

/** The part of JSON Schema that the API description uses for requests. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  examples?: unknown[];
}

/** Values that a schema alone does not give, such as ids of existing entities, by parameter name. */
export type Known = Readonly<Record<string, unknown>>;

/** The contents of a request besides its path. */
export interface Sent {
  query: Record<string, unknown>;
  body: unknown;
}

interface Described {
  operationId: string;
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

// Only what is used here of the types of the OpenAPI document.
const document = openApi() as unknown as {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema>; parameters?: Record<string, Described['parameters']> };
};

const described = new Map(
  Object.values(document.paths).flatMap((methods) => Object.values(methods).map((each) => [each.operationId, each])),
);

const resolved = (schema: Schema): Schema => {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : resolved(document.components.schemas[name] ?? {});
};

const alternatives = ({ anyOf, oneOf }: Schema): Schema[] => [...(anyOf ?? []), ...(oneOf ?? [])].map(resolved);

const instants = [
  '0000-01-01T00:00:00Z',
  '2026-02-28T00:00:00Z',
  '2027-02-29T00:00:00Z',
  '2100-06-30T12:00:00.5Z',
  '9999-12-31T23:59:59.999Z',
];
const days = ['0000-01-01', '2026-02-28', '2027-02-29', '2100-06-30', '9999-12-31'];
const localTimes = ['0000-01-01T00:00', '2026-03-29T02:30:00', '9999-12-31T23:59:59.999'];

/** Texts at the limits of their length, and with unusual characters. */
const texts = ({ minLength = 0, maxLength = 100, format, examples = [] }: Schema): string[] => {
  if (format === 'date-time') return examples.some((each) => /Z$/.test(String(each))) ? instants : localTimes;
  if (format === 'date') return days;
  return ['', ' ', 'x'.repeat(minLength), 'x'.repeat(maxLength), 'x'.repeat(maxLength + 1), '\u0000', '\ufffe👩‍👩‍👧‍👦'];
};

const numbers = ({ type, minimum = -1e15, maximum = 1e15 }: Schema): number[] => [
  ...new Set([minimum - 1, minimum, 0, maximum, maximum + 1, ...(type === 'integer' ? [minimum + 0.5] : [1e308])]),
];

/** A value that is valid as far as the schema says. */
const fitting = (given: Schema, name: string, known: Known): unknown => {
  const schema = resolved(given);
  if (name in known) return known[name];
  const [first] = alternatives(schema);
  if (first) return fitting(first, name, known);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  switch ([schema.type].flat()[0]) {
    case 'object':
      return object(schema, known);
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => fitting(schema.items ?? {}, '', known));
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    default:
      return 'x'.repeat(schema.minLength ?? 1);
  }
};

const object = ({ properties = {}, required = [] }: Schema, known: Known): Record<string, unknown> =>
  Object.fromEntries(required.map((name) => [name, fitting(properties[name] ?? {}, name, known)]));

/** Values at the limits of a schema, just beyond them, and of another type. */
const boundaries = (given: Schema, known: Known): unknown[] => {
  const schema = resolved(given);
  const others = alternatives(schema);
  if (others.length > 0) return others.flatMap((each) => boundaries(each, known));
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (values) return [values[0], values.at(-1), 'nothing_like_it'];
  return [schema.type ?? []].flat().flatMap((type): unknown[] => {
    switch (type) {
      case 'string':
        return texts(schema);
      case 'integer':
      case 'number':
        return numbers({ ...schema, type });
      case 'boolean':
        return [true, false, 'true'];
      case 'array': {
        const item = fitting(schema.items ?? {}, '', known);
        const edges = boundaries(schema.items ?? {}, known).map((each) => [each]);
        const { minItems = 0, maxItems = 10 } = schema;
        // The maximum would be as much work as a request can be; one more is refused by validation.
        return [
          [],
          Array.from({ length: maxItems + 1 }, () => item),
          ...(minItems < 2 ? [...edges, [item, item]] : []),
        ];
      }
      case 'object':
        return [{}, ...around(schema, known), { ...object(schema, known), unheardOf: 1 }];
      default:
        return [null];
    }
  });
};

/** The object with each field in turn at each of its limits and the others valid, and once with all fields. */
const around = (given: Schema, known: Known): Record<string, unknown>[] => {
  const schema = resolved(given);
  const { properties = {} } = schema;
  const base = object(schema, known);
  const all = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, fitting(each, name, known)]));
  const edges = Object.entries(properties).flatMap(([name, each]) =>
    boundaries(each, known).map((value) => ({ ...base, [name]: value })),
  );
  return [all, ...edges, ...ranges(schema).map((ends) => ({ ...base, ...ends }))];
};

/** Ranges that end before they begin, and ranges that begin and end at the same limit. */
const ranges = ({ properties = {} }: Schema): Record<string, unknown>[] =>
  [
    ['from', 'to'],
    ['min', 'max'],
  ].flatMap(([low = '', high = '']) => {
    const [one, other] = [properties[low], properties[high]];
    if (!one || !other) return [];
    const edges = { 'date-time': instants, date: days }[one.format ?? ''] ?? [1, 9];
    const [first, last] = [edges.at(1), edges.at(-1)];
    return [{ [low]: last, [high]: first }, ...edges.map((edge) => ({ [low]: edge, [high]: edge }))];
  });

/**
 * Requests of an operation at the boundaries of each query and body parameter, and contradictory ones: all that the
 * contract accepts, but one per parameter and issue of those it refuses, since validation refuses all of them alike.
 */
export const atBoundaries = (
  { id, request }: { id: string; request: { query: z.ZodType; body: z.ZodType } },
  known: Known,
): Sent[] => {
  const { parameters = [], requestBody } = described.get(id) ?? {};
  const query = parameters.filter((each) => each.in === 'query');
  const querySchema: Schema = {
    type: 'object',
    properties: Object.fromEntries(query.map(({ name, schema }) => [name, schema])),
    required: query.filter(({ required }) => required).map(({ name }) => name),
  };
  const bodySchema = requestBody?.content['application/json']?.schema;
  const base: Sent = {
    query: object(querySchema, known),
    body: bodySchema && fitting(bodySchema, '', known),
  };
  const queries = query.length > 0 ? around(querySchema, known) : [];
  const bodies = bodySchema ? boundaries(bodySchema, known) : [];
  return [
    ...oneRefusalEach(request.query, queries.map(asTexts)).map((each) => ({ ...base, query: each })),
    ...oneRefusalEach(request.body, bodies).map((body) => ({ ...base, body })),
  ];
};

const asTexts = (query: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));

const oneRefusalEach = <Value>(contract: z.ZodType, values: readonly Value[]): Value[] => {
  const refused = new Set<string>();
  return values.filter((value) => {
    const parsed = contract.safeParse(value);
    if (parsed.success) return true;
    const where = parsed.error.issues.map(({ path, code }) => [...path, code].join('.')).join(' ');
    return refused.size < refused.add(where).size;
  });
};
