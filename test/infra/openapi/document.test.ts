import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { allOperations, committedOpenApi, openApiText } from '#infra/openapi.ts';
import { asksForSignIn } from '#shared/http/operation.ts';
import { mayDo } from '#shared/permissions.ts';

const operations = allOperations.map(({ operation }) => operation);

test('docs/openapi.json is up to date with the contracts (npm run generate writes it)', () => {
  expect(committedOpenApi()).toBe(openApiText());
});

test('no two operations share an id or a route', () => {
  const ids = operations.map(({ id }) => id);
  const routes = operations.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(routes).size).toBe(routes.length);
});

describe.each(operations)('$id', ({ path, request, response, access, summary }) => {
  test('declares exactly the parameters of its path', () => {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(request.path instanceof z.ZodObject ? Object.keys(request.path.shape) : undefined).toEqual(names);
  });

  test.each(['path', 'query', 'body'] as const)('refuses unknown fields in its %s', (place) => {
    const schema = z.toJSONSchema(request[place], { io: 'input', unrepresentable: 'any' });
    // A named schema is among the definitions.
    const named = schema.$ref?.split('/').at(-1);
    const meant = named === undefined ? schema : schema.$defs?.[named];
    for (const each of meant?.oneOf ?? [meant])
      expect(each).toMatchObject({ type: 'object', additionalProperties: false });
  });

  test('limits every string and list in its body', () => {
    const schema = z.toJSONSchema(request.body, { io: 'input', unrepresentable: 'any' });
    expect(unbounded(schema)).toEqual([]);
  });

  test('has a summary and a response schema, and an owner may call it', () => {
    expect(summary.length).toBeGreaterThan(10);
    expect(response).toBeInstanceOf(z.ZodType);
    if (asksForSignIn(access) && access !== 'signed-in') expect(mayDo('owner', access)).toBe(true);
  });
});

interface Part {
  path: string;
  schema: Record<string, unknown>;
}

/** Every object within a part of the document. */
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

/** Every object within a part of the document and the schemas that it refers to. */
const reachedFrom = (value: unknown): Part[] => {
  const names = new Set(refsOf(value));
  for (const name of names) for (const other of refsOf(schemas[name])) names.add(other);
  return [...partsOf(value, ''), ...[...names].flatMap((name) => partsOf(schemas[name], name))];
};

describe('the document from which clients are generated', () => {
  const all = partsOf(document, '');
  const replies = reachedFrom([described.map(({ responses }) => responses), document.components.responses]);
  const requests = reachedFrom(described.map(({ requestBody, parameters }) => ({ requestBody, parameters })));
  const where = (parts: readonly Part[], isSo: (schema: Part['schema']) => boolean): string[] =>
    parts.filter(({ schema }) => isSo(schema)).map(({ path }) => path);

  test('has no patterns with Unicode property escapes, which some validators lack', () => {
    expect(where(all, ({ pattern }) => typeof pattern === 'string' && /\\[pP]\{/.test(pattern))).toEqual([]);
  });

  test('has no defaults in replies, and none that are objects', () => {
    // A field of a schema may be called `default`.
    const isSchema = ({ path }: Part) => !path.endsWith('/properties');
    expect(where(replies.filter(isSchema), (schema) => 'default' in schema)).toEqual([]);
    const isObject = ({ default: value }: Part['schema']) =>
      typeof value === 'object' && value !== null && !Array.isArray(value);
    expect(where(all.filter(isSchema), isObject)).toEqual([]);
  });

  test('has defaults of requests that are lists', () => {
    const defaultOf = (schema: string, field: string): unknown =>
      partsOf(schemas[schema] ?? {}, '').find(({ path }) => path.endsWith(`/${field}`))?.schema['default'];
    expect(defaultOf('CampaignBudget', 'warnAtPercent')).toEqual([50, 80]);
    expect(defaultOf('ReportDefinition', 'formats')).toEqual(['page', 'pdf', 'xlsx', 'csv', 'json']);
  });

  test('never requires fields beside propertyNames', () => {
    expect(where(all, (schema) => 'propertyNames' in schema && 'required' in schema)).toEqual([]);
  });

  test('has no limits of JavaScript numbers as bounds', () => {
    const isOfLanguage = (bound: unknown) => typeof bound === 'number' && Math.abs(bound) >= Number.MAX_SAFE_INTEGER;
    expect(where(all, ({ minimum, maximum }) => isOfLanguage(minimum) || isOfLanguage(maximum))).toEqual([]);
  });

  test('names every enum and object, and every error reply', () => {
    const isNamed = ({ path }: Part) => /^\/components\/schemas\/\w+$/.test(path);
    // What narrows a named object, such as the codes of a problem, needs no name.
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

  test('never closes a schema beside a reference, which would reject all fields of the referenced one', () => {
    expect(where(all, (schema) => '$ref' in schema && 'additionalProperties' in schema)).toEqual([]);
  });

  test('has no two schemas alike, except for whole requests and replies', () => {
    const texts = Object.values(schemas).map((schema) => JSON.stringify(schema));
    const twice = Object.keys(schemas).filter((name) => {
      const text = JSON.stringify(schemas[name]);
      return texts.filter((each) => each === text).length > 1;
    });
    // Whole requests and replies that happen to be alike stay apart: they belong to their operations.
    expect(twice.filter((name) => !/(Reply|Request)$/.test(name))).toEqual([]);
  });

  test('has a discriminator for the alternatives of each reply', () => {
    /** A sign-in returns tokens or a challenge, each with fields that the other lacks. */
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

  test('allows unknown fields in replies but not in requests', () => {
    const isObject = ({ type, properties }: Part['schema']) => type === 'object' && properties !== undefined;
    expect(where(replies, (schema) => schema['additionalProperties'] === false)).toEqual([]);
    expect(where(requests, (schema) => isObject(schema) && schema['additionalProperties'] !== false)).toEqual([]);
  });

  test('says what a request must have: a field to change, one of two times, a body or none', () => {
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

test('every operation that creates something readable returns a location that can be read', () => {
  const placeless = operations.filter(({ status, location }) => status === 201 && location === undefined);
  // A link to X's consent page, a comment and another workspace have no operation that reads one of them.
  expect(placeless.map(({ id }) => id).sort()).toEqual(['commentPost', 'createWorkspace', 'startConnection']);
  const readable = operations
    .filter(({ method }) => method === 'GET')
    .map(({ path }) => path.replace(/\{\w+\}/g, '{}'));
  const places = operations.flatMap(({ location }) => location ?? []).map((each) => each.replace(/\{[\w.]+\}/g, '{}'));
  expect(places.filter((each) => each !== '{}' && !readable.some((path) => path === each))).toEqual([]);
});

/** Paths of strings and arrays in a JSON Schema without a maximum length: only the body's size limits them. */
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
