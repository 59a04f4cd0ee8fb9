import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { allOperations, committedOpenApi, openApiText } from '../../infra/openapi.ts';
import { asksForSignIn } from '../../shared/http/operation.ts';
import { mayDo } from '../../shared/http/permissions.ts';

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
    expect(meant).toMatchObject({ type: 'object', additionalProperties: false });
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
