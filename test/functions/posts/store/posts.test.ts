import { describe, expect, test } from 'vitest';
import { type PostFilter, postStore } from '#functions/posts/store/posts.ts';
import { openTable } from '#shared/table.ts';
import { noon, workspaceId } from '../sample.ts';

/** The bounds that a list asks the table for. */
const boundsOf = async (filter: PostFilter) => {
  const asked: unknown[] = [];
  const store = postStore({
    ...openTable('posts', () => noon),
    queryPage: async (query) => {
      asked.push(query.ExpressionAttributeValues);
      return { items: [], nextCursor: null };
    },
  });
  await store.list(workspaceId, filter, { limit: 1, scope: {} });
  return asked[0];
};

describe('a time range', () => {
  // The table compares strings, and what it holds has milliseconds.
  test.each(['2026-11-22T12:00:00Z', '2026-11-22T12:00:00.0Z', '2026-11-22T12:00:00.000Z'])(
    'is compared in the form in which instants are stored: %s',
    async (instant) => {
      expect(await boundsOf({ from: instant, to: instant })).toMatchObject({
        ':from': '2026-11-22T12:00:00.000Z',
        ':to': '2026-11-22T12:00:00.000Z',
      });
    },
  );

  test('that is left open takes every time', async () => {
    expect(await boundsOf({})).toEqual({ ':workspace': workspaceId, ':from': '0', ':to': ':' });
  });
});
