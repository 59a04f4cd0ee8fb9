import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { decodeCursor, encodeCursor, pageOf, pageQuery } from '#shared/page.ts';

const scope = { operation: 'listPosts', workspaceId: 'wsp_1', status: 'draft', from: undefined };
const key = { pk: 'wsp_1', sk: 'POST#1' };

test('a cursor decodes to the key from which it was encoded', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
        fc.string(),
        { minKeys: 1 },
      ),
      fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
      (anyKey, anyScope) => {
        const cursor = encodeCursor(anyKey, anyScope);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(decodeCursor(cursor, anyScope)).toEqual(anyKey);
      },
    ),
  );
});

test('a cursor stays valid when filters are reordered or undefined ones are left out', () => {
  const cursor = encodeCursor(key, scope);
  expect(decodeCursor(cursor, { status: 'draft', workspaceId: 'wsp_1', operation: 'listPosts' })).toEqual(key);
});

const refusal: unknown = expect.objectContaining({
  kind: 'invalid',
  code: 'invalid_cursor',
  fields: [expect.objectContaining({ path: 'query.cursor' })],
});

describe('a cursor is refused', () => {
  test.each<[string, Record<string, string | undefined>]>([
    ["another workspace's", { ...scope, workspaceId: 'wsp_2' }],
    ["another operation's", { ...scope, operation: 'listCampaigns' }],
    ['with another filter', { ...scope, status: 'failed' }],
    ['with one filter more', { ...scope, from: '2026-11-22T09:03:00Z' }],
    ['with one filter less', { ...scope, status: undefined }],
  ])('for another query: %s', (_, asked) => {
    const cursor = encodeCursor(key, scope);
    expect(() => decodeCursor(cursor, asked)).toThrow(refusal);
  });

  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const [fingerprint] = z
    .tuple([z.string(), z.unknown()])
    .parse(JSON.parse(Buffer.from(encodeCursor(key, scope), 'base64url').toString()));

  test.each([
    ['that is empty', ''],
    ['that is garbage', '%%%'],
    ['that is no JSON', Buffer.from('{').toString('base64url')],
    ['that is null', encoded(null)],
    ['without a key', encoded([fingerprint])],
    ['with a key of other types', encoded([fingerprint, { pk: 1 }])],
    ['with something more', encoded([fingerprint, key, 1])],
    ['that was cut', encodeCursor(key, scope).slice(0, -3)],
  ])('when it is malformed: %s', (_, cursor) => {
    expect(() => decodeCursor(cursor, scope)).toThrow(refusal);
  });

  test('whatever made-up value it has', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.jsonValue().map(encoded)), (cursor) => {
        expect(() => decodeCursor(cursor, scope)).toThrow(refusal);
      }),
    );
  });
});

describe('the query of a list', () => {
  const query = pageQuery({ status: z.enum(['draft']).optional() });

  test('has a limit of 25 by default, and accepts a limit, a cursor and filters', () => {
    expect(query.parse({})).toEqual({ limit: 25 });
    expect(query.parse({ limit: '100', cursor: 'x', status: 'draft' })).toEqual({
      limit: 100,
      cursor: 'x',
      status: 'draft',
    });
  });

  test.each([{ limit: '0' }, { limit: '101' }, { limit: '1.5' }, { limit: '' }, { limit: 'NaN' }, { limit: '1e9' }])(
    'refuses %j',
    (asked) => {
      expect(query.safeParse(asked).success).toBe(false);
    },
  );

  test('refuses unknown parameters and cursors of more than 1024 characters', () => {
    expect(query.safeParse({ sort: 'x' }).success).toBe(false);
    expect(query.safeParse({ cursor: 'x'.repeat(1025) }).success).toBe(false);
  });
});

test('a page must have a nextCursor, which may be null', () => {
  const page = pageOf(z.string());
  expect(page.parse({ items: ['a'], nextCursor: null })).toEqual({ items: ['a'], nextCursor: null });
  expect(page.safeParse({ items: ['a'] }).success).toBe(false);
});
