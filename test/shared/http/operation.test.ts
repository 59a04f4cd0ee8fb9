import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { capability, type Operation, operation, routeKey, takesBody } from '#shared/http/operation.ts';

const defined = (said: Partial<Parameters<typeof operation>[0]> = {}): Operation =>
  operation({ id: 'x', method: 'GET', path: '/v1/x', summary: 'X', access: 'public', ...said });

describe('an operation with only the required settings', () => {
  test('accepts no input and returns nothing', () => {
    const nothing = defined();
    expect(nothing).toMatchObject({ status: 204, errors: {}, etag: false, ifMatch: 'none', idempotency: 'none' });
    expect(nothing).toMatchObject({ contentType: 'application/json', maxBodyBytes: 65_536, description: undefined });
    for (const schema of Object.values(nothing.request)) {
      expect(schema.safeParse({}).success).toBe(true);
      expect(schema.safeParse({ x: 1 }).success).toBe(false);
    }
    expect(takesBody(nothing)).toBe(false);
    expect(nothing.response.safeParse(undefined).success).toBe(true);
    expect(nothing.response.safeParse({}).success).toBe(false);
  });
});

const response = z.object({ version: z.int() });

test.each<[string, Partial<Parameters<typeof operation>[0]>, Partial<Operation>]>([
  ['a GET with a reply answers 200', { response }, { status: 200, idempotency: 'none' }],
  [
    'a POST with a reply answers 201 and is repeatable',
    { method: 'POST', response },
    { status: 201, idempotency: 'stored' },
  ],
  ['a POST without a reply answers 204', { method: 'POST' }, { status: 204 }],
  ['a PATCH with a reply answers 200', { method: 'PATCH', response }, { status: 200, idempotency: 'none' }],
  ['its own status goes before', { method: 'POST', response, status: 202 }, { status: 202 }],
  ['a POST may be repeatable by itself', { method: 'POST', idempotency: 'inherent' }, { idempotency: 'inherent' }],
  ['only a POST is repeatable by key', { method: 'PUT', idempotency: 'inherent' }, { idempotency: 'none' }],
  ['If-Match brings the ETag with it', { ifMatch: 'required' }, { ifMatch: 'required', etag: true }],
  ['an ETag brings no If-Match', { etag: true }, { ifMatch: 'none', etag: true }],
])('%s', (_, said, expected) => {
  expect(defined(said)).toMatchObject(expected);
});

test('the operations of a capability have its tag', () => {
  const tag = { name: 'Things', group: 'Platform', description: 'Things.' } as const;
  const inThings = capability(tag);
  expect(inThings({ id: 'x', method: 'GET', path: '/v1/x', summary: 'X', access: 'public' }).tag).toBe(tag);
});

test('an operation that defines a body takes one', () => {
  expect(takesBody(defined({ request: { body: z.strictObject({}) } }))).toBe(true);
});

test('a route key is the method and the path, as in API Gateway', () => {
  expect(routeKey({ method: 'POST', path: '/v1/posts/{postId}/schedule' })).toBe('POST /v1/posts/{postId}/schedule');
});
