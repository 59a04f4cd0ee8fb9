import type { ZodOpenApiOverride } from 'zod-openapi';

/** A schema as the description has it: JSON Schema 2020-12. */
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

/** Of `format: date-time`: seconds, and UTC. zod's own pattern counts the days of each month. */
const instantPattern = String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$`;

/** What a text must match, where there are several patterns, as one: few generators read `allOf` of a text. */
const onePattern = (patterns: readonly string[]): string =>
  `^${patterns.map((each) => (each.startsWith('^') ? `(?=${each.slice(1)})` : `(?=[\\s\\S]*${each})`)).join('')}`;

/** zod's bounds of whole numbers: those of JavaScript, which nobody has to be told. */
const isOfLanguage = (bound: unknown): boolean =>
  typeof bound === 'number' && Math.abs(bound) === Number.MAX_SAFE_INTEGER;

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The schemas of zod as clients and validators of other languages understand them. A reply may get new fields: only
 * what a request holds is closed. What a reply has by default it always has.
 */
export const plain: ZodOpenApiOverride = ({ jsonSchema, zodSchema, io }) => {
  const schema: Schema = jsonSchema as Schema;
  const { type } = zodSchema._zod.def;
  if (isOfLanguage(schema['minimum'])) delete schema['minimum'];
  if (isOfLanguage(schema['maximum'])) delete schema['maximum'];
  if (schema['format'] === 'date-time') {
    // That of requests has a pattern of its own, which lets any offset be written.
    if (schema['maxLength'] !== 35) schema['pattern'] = instantPattern;
    delete schema.allOf;
  }
  if (schema['format'] === 'date') delete schema['pattern'];
  // Formats that zod alone has: their patterns say the same.
  if (/^cidr/.test(String(schema['format']))) delete schema['format'];
  const patterns = schema.allOf?.flatMap(({ pattern }) => (typeof pattern === 'string' ? [pattern] : []));
  if (patterns && patterns.length === schema.allOf?.length) {
    delete schema.allOf;
    schema['pattern'] = onePattern(patterns);
  }
  // Python's generator makes nothing of a schema with one: a default that is an object is said in its description.
  if (isObject(schema['default'])) delete schema['default'];
  if (io === 'output') {
    delete schema['default'];
    if (type === 'object') delete schema.additionalProperties;
  }
  if (type === 'record') namedProperties(schema);
};

/** A record of known keys has them as properties; that names are texts goes without saying. */
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

/** What zod-openapi puts behind the name of a schema that a reply has otherwise than a request. */
export const replySuffix = '__reply';

const refsIn = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name = '']) => name);

/**
 * Leaves the schemas that something refers to. One that replies alone have is called as it is; where requests have it
 * as well, that of replies is a view of it.
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

/** What is said of a schema at the place where it stands, and not of the schema itself. */
const notes = ['description', 'default', 'examples', 'deprecated'];

const structure = (schema: Schema): string =>
  JSON.stringify(Object.fromEntries(Object.entries(schema).filter(([keyword]) => !notes.includes(keyword))));

const isNamedAlone = ({ enum: values, properties }: Schema): boolean =>
  (values !== undefined && values.length > 1) || properties !== undefined;

/** What tells the alternatives of a union apart: the value of a constant field, or the first field that it must have. */
const nameOfAlternative = (schema: Schema): string => {
  const constant = Object.values(schema.properties ?? {}).find((each) => each.const !== undefined)?.const;
  return typeof constant === 'string' ? constant : (schema.required?.find((name) => name !== 'postId') ?? '');
};

/** Takes what a reply has by default from schemas that it refers to: it always has it. */
export const withoutDefaults = (schemas: Readonly<Record<string, Schema>>, replies: unknown): void => {
  const used = new Set(refsIn(replies));
  for (const name of used) {
    for (const other of refsIn(schemas[name] ?? {})) used.add(other);
    for (const field of Object.values(schemas[name]?.properties ?? {}))
      if (field.$ref !== undefined) delete field['default'];
  }
};

/** A reference that closes the fields beside it would refuse them all: what it refers to says which there are. */
const withoutClosing = (schema: Schema): Schema => {
  if (schema.$ref === undefined) return schema;
  const { additionalProperties: _, ...open } = schema;
  return open;
};

/** Gives every object and every list of values a name of its own, and every union of objects its discriminator. */
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
      throw new Error(`${name} is what ${existing} is: give it a name in infra/openapi-names.ts`);
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

/** Tells by which field the alternatives of a union of objects are told apart, where each has its own value of it. */
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

/** So many fields make a schema large: what holds them all refers to it, in place of holding them once more. */
const manyFields = 8;

/** Whether a schema has every field of another one as it is there, and more. */
const extendsSchema = (schema: Schema, base: Schema): boolean => {
  const [all, some] = [schema.properties ?? {}, Object.entries(base.properties ?? {})];
  return (
    some.length >= manyFields &&
    Object.keys(all).length > some.length &&
    // What requests hold is closed, and what is closed cannot be extended.
    base.additionalProperties === undefined &&
    some.every(([field, each]) => JSON.stringify(all[field]) === JSON.stringify(each)) &&
    (base.required ?? []).every((field) => schema.required?.includes(field) === true)
  );
};

/** Lets every schema that has all the fields of a large one, and more, refer to that one. */
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
