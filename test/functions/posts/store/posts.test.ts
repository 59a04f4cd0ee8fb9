import { describe, expect, test } from 'vitest';
import { edit, schedule } from '#functions/posts/domain/post.ts';
import { currentVersion } from '#functions/posts/domain/version.ts';
import { type PostFilter, postStore } from '#functions/posts/store/posts.ts';
import { openTable } from '#shared/table.ts';
import { memoryTable } from '#test/support/memory/table.ts';
import { aPost, author, byOwner, noon, workspaceId } from '../samples.ts';

/** The bounds with which a list queries the table. */
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
  // The table compares strings, and stored instants have milliseconds.
  test.each(['2026-11-22T12:00:00Z', '2026-11-22T12:00:00.0Z', '2026-11-22T12:00:00.000Z'])(
    'is converted to the form of stored instants: %s',
    async (instant) => {
      expect(await boundsOf({ from: instant, to: instant })).toMatchObject({
        ':from': '2026-11-22T12:00:00.000Z',
        ':to': '2026-11-22T12:00:00.000Z',
      });
    },
  );

  test('without bounds covers every time', async () => {
    expect(await boundsOf({})).toEqual({ ':workspace': workspaceId, ':from': '0', ':to': ':' });
  });
});

describe('a write of a post', () => {
  const opened = async () => {
    const store = postStore(memoryTable(() => noon).table);
    return { store, post: await store.create(aPost(), author) };
  };
  const lost = { code: 'changed_meanwhile' };

  test('is rejected with changed_meanwhile when the version is stale, with or without an edit of content', async () => {
    const { store, post } = await opened();
    const scheduled = await store.save(schedule(post, '2026-11-22T13:00:00.000Z', null, noon), author);
    await expect(store.save({ ...post, timeZone: 'Etc/UTC' }, author)).rejects.toMatchObject(lost);
    const edited = edit(post, { parts: [{ text: 'Other', mediaIds: [], poll: null }] }, byOwner);
    await expect(store.save(edited, author, currentVersion(post))).rejects.toMatchObject(lost);
    expect(await store.get(workspaceId, post.id)).toEqual(scheduled);
  });

  test('of a new post is rejected with changed_meanwhile when its id is taken', async () => {
    const { store, post } = await opened();
    await expect(store.create({ ...aPost(), timeZone: 'Etc/UTC' }, author)).rejects.toMatchObject(lost);
    expect(await store.get(workspaceId, post.id)).toEqual(post);
  });
});
