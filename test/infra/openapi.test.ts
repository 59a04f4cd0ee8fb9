import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { allOperations, committedOpenApi, openApiText } from '#infra/openapi.ts';
import { asksForSignIn } from '#shared/http/operation.ts';
import { mayDo } from '#shared/permissions.ts';

const operations = allOperations.map(({ operation }) => operation);

test('docs/openapi.json is what the contracts say (npm run generate writes it anew)', () => {
  expect(committedOpenApi()).toBe(openApiText());
});

test('no two operations share an id or a route', () => {
  const ids = operations.map(({ id }) => id);
  const routes = operations.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(routes).size).toBe(routes.length);
});

describe.each(operations)('$id', ({ path, request, response, access, summary }) => {
  test('names the parameters of its path, and no others', () => {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(request.path instanceof z.ZodObject ? Object.keys(request.path.shape) : undefined).toEqual(names);
  });

  test.each(['path', 'query', 'body'] as const)('refuses unknown fields in its %s', (place) => {
    const schema = z.toJSONSchema(request[place], { io: 'input', unrepresentable: 'any' });
    // A schema with a name of its own stands among the definitions.
    const named = schema.$ref?.split('/').at(-1);
    const meant = named === undefined ? schema : schema.$defs?.[named];
    for (const each of meant?.oneOf ?? [meant])
      expect(each).toMatchObject({ type: 'object', additionalProperties: false });
  });

  test('bounds every text and list that it takes', () => {
    const schema = z.toJSONSchema(request.body, { io: 'input', unrepresentable: 'any' });
    expect(unbounded(schema)).toEqual([]);
  });

  test('says what it is for, and somebody may do it', () => {
    expect(summary.length).toBeGreaterThan(10);
    expect(response).toBeInstanceOf(z.ZodType);
    if (asksForSignIn(access) && access !== 'signed-in') expect(mayDo('owner', access)).toBe(true);
  });
});

interface Part {
  path: string;
  schema: Record<string, unknown>;
}

/** Every object within a part of the description. */
const partsOf = (value: unknown, path: string): Part[] => {
  if (Array.isArray(value)) return value.flatMap((each, place) => partsOf(each, `${path}/${place}`));
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([name, each]) => partsOf(each, `${path}/${name}`));
  return [{ path, schema: { ...value } }, ...inner];
};

const document = JSON.parse(openApiText()) as {
  paths: Record<string, Record<string, { responses: object; requestBody?: object; parameters?: object }>>;
  components: { schemas: Record<string, object>; responses: object };
};
const { schemas } = document.components;
const described = Object.values(document.paths).flatMap((methods) => Object.values(methods));

const refsOf = (value: unknown): string[] =>
  partsOf(value, '').flatMap(({ schema: { $ref } }) =>
    typeof $ref === 'string' && $ref.startsWith('#/components/schemas/') ? [$ref.split('/').at(-1) ?? ''] : [],
  );

/** All that some part of the description is made of, by name. */
const reachedFrom = (value: unknown): Part[] => {
  const names = new Set(refsOf(value));
  for (const name of names) for (const other of refsOf(schemas[name])) names.add(other);
  return [...partsOf(value, ''), ...[...names].flatMap((name) => partsOf(schemas[name], name))];
};

describe('what clients are generated from', () => {
  const all = partsOf(document, '');
  const replies = reachedFrom([described.map(({ responses }) => responses), document.components.responses]);
  const requests = reachedFrom(described.map(({ requestBody, parameters }) => ({ requestBody, parameters })));
  const where = (parts: readonly Part[], isSo: (schema: Part['schema']) => boolean): string[] =>
    parts.filter(({ schema }) => isSo(schema)).map(({ path }) => path);

  test('has patterns that every validator knows', () => {
    expect(where(all, ({ pattern }) => typeof pattern === 'string' && /\\[pP]\{/.test(pattern))).toEqual([]);
  });

  test('has no defaults in replies, and none that are objects', () => {
    // Of the fields that a schema has one may be called so.
    const isSchema = ({ path }: Part) => !path.endsWith('/properties');
    expect(where(replies.filter(isSchema), (schema) => 'default' in schema)).toEqual([]);
    const isObject = ({ default: value }: Part['schema']) =>
      typeof value === 'object' && value !== null && !Array.isArray(value);
    expect(where(all.filter(isSchema), isObject)).toEqual([]);
  });

  test('has the defaults of requests that are lists', () => {
    const defaultOf = (schema: string, field: string): unknown =>
      partsOf(schemas[schema] ?? {}, '').find(({ path }) => path.endsWith(`/${field}`))?.schema['default'];
    expect(defaultOf('CampaignBudget', 'warnAtPercent')).toEqual([50, 80]);
    expect(defaultOf('ReportDefinition', 'formats')).toEqual(['page', 'pdf', 'xlsx', 'csv', 'json']);
  });

  test('has properties in place of names that are required', () => {
    expect(where(all, (schema) => 'propertyNames' in schema && 'required' in schema)).toEqual([]);
  });

  test('has no bounds of JavaScript', () => {
    const isOfLanguage = (bound: unknown) => typeof bound === 'number' && Math.abs(bound) >= Number.MAX_SAFE_INTEGER;
    expect(where(all, ({ minimum, maximum }) => isOfLanguage(minimum) || isOfLanguage(maximum))).toEqual([]);
  });

  test('names every list of values, every object, and every body and reply', () => {
    const isNamed = ({ path }: Part) => /^\/components\/schemas\/\w+$/.test(path);
    // What narrows a named object has the name of its place: the codes of a problem.
    const isNarrowing = ({ path }: Part) => /\/allOf\/\d+$/.test(path);
    const inline = all.filter((part) => !isNamed(part) && !isNarrowing(part) && !part.path.includes('/examples'));
    const isList = ({ enum: values }: Part['schema']) => Array.isArray(values) && values.length > 1;
    const isObject = ({ type, properties }: Part['schema']) => type === 'object' && properties !== undefined;
    expect(where(inline, isList)).toEqual([]);
    expect(where(inline, isObject)).toEqual([]);
    expect(Object.keys(schemas).filter((name) => /\d/.test(name))).toEqual([]);
    const refusals = described.flatMap(({ responses }) =>
      Object.entries(responses).filter(([status]) => status >= '400'),
    );
    for (const [, refusal] of refusals) expect(refusal).toEqual({ $ref: expect.any(String) as string });
  });

  test('closes nothing beside a reference: that would refuse all that it refers to', () => {
    expect(where(all, (schema) => '$ref' in schema && 'additionalProperties' in schema)).toEqual([]);
  });

  test('has one name for each thing', () => {
    const texts = Object.values(schemas).map((schema) => JSON.stringify(schema));
    const twice = Object.keys(schemas).filter((name) => {
      const text = JSON.stringify(schemas[name]);
      return texts.filter((each) => each === text).length > 1;
    });
    // Whole replies that happen to say the same stay apart: they belong to their operations.
    expect(twice.filter((name) => !/(Reply|Request)$/.test(name))).toEqual([]);
  });

  test('tells the alternatives of a reply apart', () => {
    /** A sign-in gives tokens, or the challenge that comes before them: each has fields that the other has not. */
    const told = new Set(['/paths//v1/auth/sign-in/post/responses/200/content/application/json/schema']);
    const unions = all.filter(({ path, schema }) => {
      const members = [schema['anyOf'], schema['oneOf']]
        .flat()
        .filter((each) => typeof each === 'object' && each && '$ref' in each);
      const isReply =
        path.includes('/responses/') || replies.some((part) => `/components/schemas/${part.path}` === path);
      return isReply && members.length > 1 && schema['discriminator'] === undefined && !told.has(path);
    });
    expect(unions.map(({ path }) => path)).toEqual([]);
    expect(schemas['MissedPolicy']).toMatchObject({ discriminator: { propertyName: 'kind' } });
  });

  test('leaves replies open for new fields, and closes requests', () => {
    const isObject = ({ type, properties }: Part['schema']) => type === 'object' && properties !== undefined;
    expect(where(replies, (schema) => schema['additionalProperties'] === false)).toEqual([]);
    expect(where(requests, (schema) => isObject(schema) && schema['additionalProperties'] !== false)).toEqual([]);
  });

  test('says what a request must hold: one field of a change, one of two times, a body or none', () => {
    const changes = operations.filter(
      ({ method, request: { body } }) => method === 'PATCH' && body.safeParse({}).success,
    );
    expect(changes.map(({ id }) => id)).toEqual([]);
    expect(schemas['ChangePostRequest']).toMatchObject({ minProperties: 1 });
    expect(schemas['ScheduleRequest']).toMatchObject({ oneOf: [{ $ref: expect.any(String) as string }, {}] });
    expect(document.paths['/v1/posts/{postId}/submit']?.['post']?.requestBody).toMatchObject({ required: false });
    expect(document.paths['/v1/posts']?.['post']?.requestBody).toMatchObject({ required: true });
  });
});

test('what is made and can be read says where', () => {
  const placeless = operations.filter(({ status, location }) => status === 201 && location === undefined);
  // A link to X's consent page, a comment and another workspace are read in lists alone.
  expect(placeless.map(({ id }) => id).sort()).toEqual(['commentPost', 'createWorkspace', 'startConnection']);
  const readable = operations
    .filter(({ method }) => method === 'GET')
    .map(({ path }) => path.replace(/\{\w+\}/g, '{}'));
  const places = operations.flatMap(({ location }) => location ?? []).map((each) => each.replace(/\{[\w.]+\}/g, '{}'));
  expect(places.filter((each) => each !== '{}' && !readable.some((path) => path === each))).toEqual([]);
});

/** Paths of strings and arrays in a JSON Schema that have no largest length: bounded by nothing but the body's size. */
const unbounded = (schema: unknown, path = 'body'): string[] => {
  if (Array.isArray(schema)) return schema.flatMap((each, index) => unbounded(each, `${path}[${index}]`));
  if (typeof schema !== 'object' || schema === null) return [];
  const isOpen =
    ('type' in schema &&
      schema.type === 'string' &&
      !['maxLength', 'pattern', 'enum', 'const', 'format'].some((bound) => bound in schema)) ||
    ('type' in schema && schema.type === 'array' && !('maxItems' in schema));
  const inner = Object.entries(schema).flatMap(([name, value]) => unbounded(value, `${path}.${name}`));
  return isOpen ? [path, ...inner] : inner;
};
