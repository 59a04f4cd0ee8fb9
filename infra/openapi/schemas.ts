import type { ZodOpenApiOverride } from 'zod-openapi';

/** A schema in the API description: JSON Schema 2020-12. */
export interface Schema {
  [keyword: string]: unknown;
  $ref?: string;
  type?: unknown;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  additionalProperties?: boolean | Schema;
  discriminator?: { propertyName: string; mapping: Record<string, string> };
}

/** Pattern of `format: date-time` with seconds and in UTC; zod's own also checks the days of each month. */
const instantPattern = String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$`;

/** Combines several patterns of a string into one, because few generators support `allOf` for strings. */
const onePattern = (patterns: readonly string[]): string =>
  `^${patterns.map((each) => (each.startsWith('^') ? `(?=${each.slice(1)})` : `(?=[\\s\\S]*${each})`)).join('')}`;

/** Whether a bound is only JavaScript's safe integer range, which zod adds and clients need not know. */
const isOfLanguage = (bound: unknown): boolean =>
  typeof bound === 'number' && Math.abs(bound) === Number.MAX_SAFE_INTEGER;

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Adapts zod's JSON Schemas to clients and validators in other languages. Responses may gain fields, so only requests
 * forbid unknown ones. A field with a default is always present in a response.
 */
export const plain: ZodOpenApiOverride = ({ jsonSchema, zodSchema, io }) => {
  const schema: Schema = jsonSchema as Schema;
  const { type } = zodSchema._zod.def;
  if (isOfLanguage(schema['minimum'])) delete schema['minimum'];
  if (isOfLanguage(schema['maximum'])) delete schema['maximum'];
  if (schema['format'] === 'date-time') {
    // Instants in requests have their own pattern, which allows any offset.
    if (schema['maxLength'] !== 35) schema['pattern'] = instantPattern;
    delete schema.allOf;
  }
  if (schema['format'] === 'date') delete schema['pattern'];
  // Formats known only to zod; their patterns are equivalent.
  if (/^cidr/.test(String(schema['format']))) delete schema['format'];
  const patterns = schema.allOf?.flatMap(({ pattern }) => (typeof pattern === 'string' ? [pattern] : []));
  if (patterns && patterns.length === schema.allOf?.length) {
    delete schema.allOf;
    schema['pattern'] = onePattern(patterns);
  }
  // Python's generator fails on defaults that are objects; descriptions state them instead.
  if (isObject(schema['default'])) delete schema['default'];
  if (io === 'output') {
    delete schema['default'];
    if (type === 'object') delete schema.additionalProperties;
  }
  if (type === 'record') namedProperties(schema);
};

/** Turns a record with known keys into properties, and drops the redundant rule that names are strings. */
const namedProperties = (schema: Schema): void => {
  const { required, additionalProperties: value, propertyNames } = schema;
  if (required && typeof value === 'object') {
    schema.properties = Object.fromEntries(required.map((name) => [name, value]));
    delete schema.additionalProperties;
    delete schema['propertyNames'];
  } else if (JSON.stringify(propertyNames) === '{"type":"string"}') delete schema['propertyNames'];
};

const pascal = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** Suffix that zod-openapi adds to a schema that differs between responses and requests. */
export const replySuffix = '__reply';

const refsIn = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name = '']) => name);

/**
 * Removes unreferenced schemas, and renames those of responses: to the plain name, or to a view where requests use the
 * plain one.
 */
export const tidied = <Document extends { components?: { schemas?: object }; paths?: object }>(
  document: Document,
): Document => {
  const { schemas = {}, ...components } = document.components ?? {};
  const all = schemas as Record<string, Schema>;
  const used = new Set(refsIn([document.paths, components]));
  for (const name of used) for (const other of refsIn(all[name] ?? {})) used.add(other);
  const renamed = (name: string): string => {
    const base = name.replace(replySuffix, '');
    return base !== name && used.has(base) ? `${base}View` : base;
  };
  const left = Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)));
  const text = JSON.stringify({ ...document, components: { ...components, schemas: left } });
  const tidy: unknown = JSON.parse(
    text.replace(
      /("#\/components\/schemas\/|")(\w+__reply)(?=")/g,
      (_, before: string, name: string) => before + renamed(name),
    ),
  );
  return tidy as Document;
};

/** Keywords that describe the use of a schema rather than the schema itself. */
const notes = ['description', 'default', 'examples', 'deprecated'];

const structure = (schema: Schema): string =>
  JSON.stringify(Object.fromEntries(Object.entries(schema).filter(([keyword]) => !notes.includes(keyword))));

const isNamedAlone = ({ enum: values, properties }: Schema): boolean =>
  (values !== undefined && values.length > 1) || properties !== undefined;

/** Returns what distinguishes an alternative of a union: the value of a constant field, or the first required field. */
const nameOfAlternative = (schema: Schema): string => {
  const constant = Object.values(schema.properties ?? {}).find((each) => each.const !== undefined)?.const;
  return typeof constant === 'string' ? constant : (schema.required?.find((name) => name !== 'postId') ?? '');
};

/** Removes defaults from the references in response schemas, since responses always have these fields. */
export const withoutDefaults = (schemas: Readonly<Record<string, Schema>>, replies: unknown): void => {
  const used = new Set(refsIn(replies));
  for (const name of used) {
    for (const other of refsIn(schemas[name] ?? {})) used.add(other);
    for (const field of Object.values(schemas[name]?.properties ?? {}))
      if (field.$ref !== undefined) delete field['default'];
  }
};

/** Removes `additionalProperties` beside a `$ref`: it would forbid all fields of the referenced schema. */
const withoutClosing = (schema: Schema): Schema => {
  if (schema.$ref === undefined) return schema;
  const { additionalProperties: _, ...open } = schema;
  return open;
};

/** Gives every object and enum its own named schema, and every union of objects its discriminator. */
export const nameParts = (
  schemas: Record<string, Schema>,
  recurring: ReadonlySet<string>,
): ((name: string, schema: Schema) => Schema) => {
  const known = new Map(Object.entries(schemas).map(([name, schema]) => [structure(schema), name]));
  const placed = new Set<string>();

  const refer = (name: string, schema: Schema): Schema => {
    const inner = named(name, withoutClosing(schema));
    if (!isNamedAlone(inner)) return inner;
    const key = structure(inner);
    const existing = known.get(key);
    if (existing !== undefined && placed.has(existing) && !recurring.has(existing)) {
      throw new Error(`${name} is what ${existing} is: give it a name in infra/openapi/names.ts`);
    }
    const own = existing ?? name;
    if (existing === undefined) {
      if (own in schemas) throw new Error(`There are two of ${own}`);
      known.set(key, own);
      placed.add(own);
      schemas[own] = inner;
    }
    const said = Object.fromEntries(Object.entries(inner).filter(([keyword]) => notes.includes(keyword)));
    return { ...(existing !== undefined && said), $ref: `#/components/schemas/${own}` };
  };

  const alternatives = (name: string, all: Schema[]): Schema[] => {
    const several = all.filter(isNamedAlone).length > 1;
    return all.map((each) => refer(several ? name + pascal(nameOfAlternative(each)) : name, each));
  };

  const named = (name: string, schema: Schema): Schema => ({
    ...schema,
    ...(schema.properties && {
      properties: Object.fromEntries(
        Object.entries(schema.properties).map(([field, each]) => [field, refer(name + pascal(field), each)]),
      ),
    }),
    ...(schema.items && { items: refer(`${name}Item`, schema.items) }),
    ...(schema.anyOf && { anyOf: alternatives(name, schema.anyOf) }),
    ...(schema.oneOf && { oneOf: alternatives(name, schema.oneOf) }),
    ...(typeof schema.additionalProperties === 'object' && {
      additionalProperties: refer(`${name}Value`, schema.additionalProperties),
    }),
  });

  for (const [name, schema] of Object.entries(schemas)) {
    schemas[name] = named(name, schema);
    known.set(structure(schemas[name]), name);
  }
  for (const schema of Object.values(schemas)) discriminate(schema, schemas);
  return refer;
};

/** Adds the discriminator of a union of objects, if a field has a different constant in each. */
const discriminate = (schema: Schema, schemas: Readonly<Record<string, Schema>>): void => {
  for (const each of [...Object.values(schema.properties ?? {}), ...(schema.items ? [schema.items] : [])]) {
    discriminate(each, schemas);
  }
  const union = schema.oneOf ?? schema.anyOf;
  if (!union || union.length < 2) return;
  const members = union.flatMap(({ $ref }) => {
    const found = schemas[$ref?.split('/').at(-1) ?? ''];
    return $ref !== undefined && found?.properties ? [{ $ref, properties: found.properties }] : [];
  });
  if (members.length < union.length) return;
  const isTelling = (field: string): boolean =>
    new Set(members.map(({ properties }) => properties[field]?.const ?? undefined)).size === members.length &&
    members.every(({ properties }) => properties[field]?.const !== undefined);
  const propertyName = Object.keys(members[0]?.properties ?? {}).find(isTelling);
  if (propertyName === undefined) return;
  delete schema.anyOf;
  schema.oneOf = union;
  const mapping = members.map(({ $ref, properties }): [string, string] => [
    String(properties[propertyName]?.const),
    $ref,
  ]);
  schema.discriminator = { propertyName, mapping: Object.fromEntries(mapping) };
};

/** Number of fields from which other schemas refer to a schema instead of repeating its fields. */
const manyFields = 8;

/** Whether a schema has all fields of another one unchanged, and more. */
const extendsSchema = (schema: Schema, base: Schema): boolean => {
  const [all, some] = [schema.properties ?? {}, Object.entries(base.properties ?? {})];
  return (
    some.length >= manyFields &&
    Object.keys(all).length > some.length &&
    // Schemas of requests are closed, so they cannot be extended.
    base.additionalProperties === undefined &&
    some.every(([field, each]) => JSON.stringify(all[field]) === JSON.stringify(each)) &&
    (base.required ?? []).every((field) => schema.required?.includes(field) === true)
  );
};

/** Replaces the fields that a schema shares with a large one by a reference to that one. */
export const referToBases = (schemas: Record<string, Schema>): void => {
  const all = Object.entries(schemas);
  const bases = all.map(([name, schema]): [string, string | undefined] => {
    return [name, all.find(([, base]) => extendsSchema(schema, base))?.[0]];
  });
  for (const [name, base] of bases) {
    const schema = schemas[name];
    if (base === undefined || !schema) continue;
    const { properties = {}, required = [], type, ...rest } = schema;
    const known = all.find(([each]) => each === base)?.[1];
    const isOwn = (field: string): boolean => !(field in (known?.properties ?? {}));
    const own = {
      type,
      properties: Object.fromEntries(Object.entries(properties).filter(([field]) => isOwn(field))),
      required: required.filter(isOwn),
    };
    schemas[name] = { ...rest, allOf: [{ $ref: `#/components/schemas/${base}` }, own] };
  }
};
