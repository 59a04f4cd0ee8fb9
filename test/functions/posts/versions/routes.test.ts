import { beforeEach, describe, expect, test } from 'vitest';
import { PostDeleted } from '#events/posts.ts';
import * as versions from '#functions/posts/versions/contract.ts';
import { PostView } from '#functions/posts/views.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import { Problem } from '#shared/http/problem.ts';
import { owner } from '#test/support/http-event.ts';
import { draft, type Harness, harness, parts } from '../harness.ts';
import { accountId, workspaceId } from '../samples.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

const colleague = { ...owner, personId: 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9W' };
const change = (postId: string, text: string, headers = { 'if-match': '*' }) =>
  context.ask(writing.changePost, PostView.or(Problem), {
    path: { postId },
    headers,
    body: { parts: [{ text }] },
    as: colleague,
  });
const list = async (postId: string, query: Record<string, string> = {}) =>
  (await context.ask(versions.listVersions, versions.listVersions.response, { path: { postId }, query })).body;

/** A post that was edited to each of these texts in turn, a minute apart. */
const rewritten = async (...texts: string[]): Promise<string> => {
  const { id } = await draft(context, parts);
  for (const text of texts) {
    context.clock.set(new Date(context.clock.now().getTime() + 60_000));
    expect((await change(id, text)).status).toBe(200);
  }
  return id;
};

describe('the versions of a post', () => {
  test('list who wrote each and when, the current one first', async () => {
    const id = await rewritten('Second', 'Third');
    const { items, nextCursor } = await list(id);
    expect(items.map(({ contentVersion, writtenBy, writtenAt }) => [contentVersion, writtenBy, writtenAt])).toEqual([
      [3, colleague.personId, '2026-11-22T12:02:00.000Z'],
      [2, colleague.personId, '2026-11-22T12:01:00.000Z'],
      [1, owner.personId, '2026-11-22T12:00:00.000Z'],
    ]);
    expect(new Set(items.map(({ contentHash }) => contentHash)).size).toBe(3);
    expect(nextCursor).toBeNull();
  });

  test('are listed page by page, even when the post is changed between pages', async () => {
    const id = await rewritten('Second', 'Third', 'Fourth');
    const first = await list(id, { limit: '2' });
    expect(first.items.map(({ contentVersion }) => contentVersion)).toEqual([4, 3]);
    await change(id, 'Fifth');
    const second = await list(id, { limit: '1', cursor: first.nextCursor ?? '' });
    const third = await list(id, { limit: '1', cursor: second.nextCursor ?? '' });
    expect([second, third].map(({ items }) => items[0]?.contentVersion)).toEqual([2, 1]);
    expect(third.nextCursor).toBeNull();
  });

  test('can be read in full, including the current one, and return version_not_found otherwise', async () => {
    const id = await rewritten('Second');
    const read = async (version: string) =>
      (await context.ask(versions.getVersion, versions.getVersion.response, { path: { postId: id, version } })).body;
    expect((await read('1')).parts).toEqual([{ text: 'Hello', mediaIds: [], poll: null }]);
    expect(await read('2')).toMatchObject({ contentVersion: 2, accountId, parts: [{ text: 'Second' }] });
    const missing = await context.ask(versions.getVersion, Problem, { path: { postId: id, version: '3' } });
    expect([missing.status, missing.body.code]).toEqual([404, 'version_not_found']);
  });

  test('are kept only for writes that succeed', async () => {
    const { id } = await draft(context, parts);
    const answers = await Promise.all(['One', 'Two', 'Three'].map((text) => change(id, text, { 'if-match': '"v1"' })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await list(id)).items.map(({ contentVersion }) => contentVersion)).toEqual([2, 1]);
  });

  test('expire together with the deleted post', async () => {
    const id = await rewritten('Second');
    const ttls = () =>
      [...context.items.values()].filter(({ type }) => type === 'post_version').map((version) => version.ttl);
    await context.happened(PostDeleted, id, 3, { accountId, campaignId: null });
    expect(ttls()).toEqual([undefined]);
    await context.call(writing.deletePost, { path: { postId: id } });
    await context.happened(PostDeleted, id, 3, { accountId, campaignId: null });
    const ttl = (await context.deps.posts.find(workspaceId, id))?.ttl;
    expect(ttl).toBeGreaterThan(0);
    expect(ttls()).toEqual([ttl]);
  });

  test('cannot be read by another workspace', async () => {
    const id = await rewritten('Second');
    const as = { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' };
    for (const operation of [versions.listVersions, versions.getVersion, versions.diffVersions]) {
      const path = { postId: id, ...(operation === versions.getVersion && { version: '1' }) };
      expect((await context.ask(operation, Problem, { path, as })).body.code).toBe('post_not_found');
    }
  });
});

describe('the difference of versions', () => {
  const diff = async (postId: string, query: Record<string, string> = {}) =>
    (await context.ask(versions.diffVersions, versions.diffVersions.response, { path: { postId }, query })).body;

  test('is that of the last change by default, or between any two versions', async () => {
    const id = await rewritten('Hello, all', 'Hi, all');
    expect(await diff(id)).toMatchObject({ from: 2, to: 3 });
    expect(await diff(id, { to: '2' })).toMatchObject({ from: 1, to: 2 });
    const { parts } = await diff(id, { from: '3', to: '1' });
    expect(parts[0]?.segments).toEqual([
      { kind: 'removed', text: 'Hi, all' },
      { kind: 'added', text: 'Hello' },
    ]);
  });

  test('of a post that was never changed shows only unchanged parts', async () => {
    const { id } = await draft(context, parts);
    expect((await diff(id)).parts.map(({ kind }) => kind)).toEqual(['same']);
  });

  test.each(['0', '-1', '1.5', 'x'])('from version %s is refused with 400', async (from) => {
    const { id: postId } = await draft(context, parts);
    expect((await context.ask(versions.diffVersions, Problem, { path: { postId }, query: { from } })).status).toBe(400);
  });
});

test.each(['eyJ4IjoxfQ', 'W10', Buffer.from('["x",{"last":"0"}]').toString('base64url')])(
  'a forged cursor is refused with invalid_cursor: %s',
  async (cursor) => {
    const { id: postId } = await draft(context, parts);
    const sent = { path: { postId }, query: { cursor } };
    expect((await context.ask(versions.listVersions, Problem, sent)).body.code).toBe('invalid_cursor');
  },
);
