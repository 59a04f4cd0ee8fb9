import { beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { operations } from '#functions/posts/contract.ts';
import { routes } from '#functions/posts/routes.ts';
import * as scheduling from '#functions/posts/scheduling/contract.ts';
import * as views from '#functions/posts/views.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import { routeKey } from '#shared/http/operation.ts';
import { Problem } from '#shared/http/problem.ts';
import { newId } from '#shared/ids.ts';
import { owner } from '#test/support/http-event.ts';
import { draft, type Harness, harness, later, parts, put, scheduled } from '../harness.ts';
import { accountId, mediaId, noon, otherAccountId } from '../samples.ts';

const { PostView } = views;

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

test('the routes are exactly the operations of the contract', async () => {
  const rooms = routes(context.deps, { get: async () => undefined });
  const opened = await Promise.all(rooms.map(async (each) => ('load' in each ? each.load() : [each])));
  const carriedOut = opened.flat().map(({ operation }) => routeKey(operation));
  expect(carriedOut.sort()).toEqual(operations.map(routeKey).sort());
});

describe('a post', () => {
  test('is created as a draft and can be read again', async () => {
    const written = await context.ask(writing.createPost, PostView, { body: { accountId, parts } });
    expect(written).toMatchObject({ status: 201, etag: '"v1"', body: { status: 'draft', version: 1, accountId } });
    expect(written.body.parts).toEqual([{ text: 'Hello', mediaIds: [], poll: null }]);
    const read = await context.ask(writing.getPost, PostView, { path: { postId: written.body.id } });
    expect(read).toEqual({ ...written, status: 200 });
    expect(context.told()).toEqual([['post.created', { accountId }]]);
  });

  test('is stored with line feeds in place of carriage returns', async () => {
    const body = { accountId, parts: [{ text: 'One\r\ntwo\rthree\nfour' }] };
    const written = await context.ask(writing.createPost, PostView, { body });
    expect(written.body.parts[0]?.text).toBe('One\ntwo\nthree\nfour');
  });

  test('does not expose internal fields', async () => {
    const { id: postId } = await draft(context);
    const { body } = await context.ask(writing.getPost, z.record(z.string(), z.unknown()), { path: { postId } });
    for (const hidden of ['workspaceId', 'claimedBy', 'correlationId', 'changedBy', 'nextAttemptAt', 'slot', 'ttl']) {
      expect(body).not.toHaveProperty(hidden);
    }
  });

  test('that X would refuse is refused with every reason', async () => {
    const body = { accountId, parts: [{ text: 'a'.repeat(281) }, { mediaIds: [mediaId] }] };
    const answer = await context.ask(writing.createPost, Problem, { body });
    expect(answer).toMatchObject({ status: 422, body: { code: 'unpublishable' } });
    expect(answer.body.fields?.map(({ path, code }) => [path, code])).toEqual([
      ['body.parts.0.text', 'text_too_long'],
      ['body.parts.1.mediaIds.0', 'media_not_found'],
    ]);
    expect(context.changes).toEqual([]);
  });

  test('for an unknown or no longer connected account is refused with account_not_found', async () => {
    await context.deps.accounts.forget(owner.workspaceId, 2, accountId);
    const gone = await context.ask(writing.createPost, Problem, { body: { accountId, parts } });
    expect(gone).toMatchObject({ status: 404, body: { code: 'account_not_found' } });
    const unknown = await context.ask(writing.createPost, Problem, { body: { accountId: otherAccountId, parts } });
    expect(unknown).toEqual(gone);
  });

  test('may name a new account whose event has not arrived yet', async () => {
    const fresh = newId('acc', noon);
    await context.deps.accounts.learn(owner.workspaceId, 1, {
      accountId: fresh,
      isConnected: true,
      maxWeightedLength: 280,
    });
    const find = vi.spyOn(context.deps.accounts, 'find').mockResolvedValueOnce(undefined);
    const answer = await context.call(writing.createPost, { body: { accountId: fresh, parts } });
    expect(answer).toMatchObject({
      status: 201,
      headers: { location: expect.stringMatching(/^\/v1\/posts\/pst_/) as string },
    });
    expect(find).toHaveBeenCalledTimes(2);
  });

  test('for an unknown account that is not new is refused without waiting', async () => {
    const find = vi.spyOn(context.deps.accounts, 'find');
    const answer = await context.ask(writing.createPost, Problem, { body: { accountId: otherAccountId, parts } });
    expect(answer).toMatchObject({ status: 404, body: { code: 'account_not_found' } });
    expect(find).toHaveBeenCalledTimes(1);
  });

  test('is changed only at the version that was read: 412 when stale, 428 without If-Match', async () => {
    const { id: postId } = await draft(context);
    const change = (tag: string | undefined, text: string) =>
      context.ask(writing.changePost, z.unknown(), {
        path: { postId },
        body: { parts: [{ text }] },
        headers: { ...(tag !== undefined && { 'if-match': tag }) },
      });
    expect(await change('"v1"', 'Second')).toMatchObject({ status: 200, etag: '"v2"', body: { version: 2 } });
    expect(await change('"v1"', 'Third')).toMatchObject({ status: 412, body: { code: 'precondition_failed' } });
    expect(await change(undefined, 'Third')).toMatchObject({ status: 428, body: { code: 'if_match_missing' } });
    const { body } = await context.ask(writing.getPost, PostView, { path: { postId } });
    expect(body.parts[0]?.text).toBe('Second');
  });

  test.each([writing.deletePost, scheduling.schedulePost, scheduling.publishPost, scheduling.cancelPost])(
    'is not changed by a request that names a stale version: $id',
    async (operation) => {
      const { id: postId } = await scheduled(context);
      const body = operation === scheduling.schedulePost ? { publishAt: later } : undefined;
      const sent = { path: { postId }, body, headers: { 'if-match': '"v1"' } };
      const answer = await context.ask(operation, Problem, sent);
      expect(answer).toMatchObject({ status: 412, body: { code: 'precondition_failed' } });
      expect((await context.deps.posts.get(owner.workspaceId, postId)).version).toBe(2);
    },
  );

  test('is checked as a whole when only its account changes', async () => {
    await context.deps.accounts.learn(owner.workspaceId, 1, {
      accountId: otherAccountId,
      isConnected: true,
      maxWeightedLength: 3,
    });
    const { id: postId } = await draft(context);
    const sent = { path: { postId }, body: { accountId: otherAccountId }, headers: { 'if-match': '"v1"' } };
    expect(await context.ask(writing.changePost, Problem, sent)).toMatchObject({ status: 422 });
  });

  test('cannot be changed with an empty body', async () => {
    const { id: postId } = await draft(context);
    const sent = { path: { postId }, body: {}, headers: { 'if-match': '"v1"' } };
    expect(await context.ask(writing.changePost, Problem, sent)).toMatchObject({ status: 400 });
  });

  test('that was deleted returns 404, publishes post.deleted once and expires after 90 days', async () => {
    const { id: postId } = await scheduled(context);
    const deleted = await context.ask(writing.deletePost, z.undefined(), { path: { postId } });
    expect(deleted).toEqual({ status: 204, etag: undefined, raw: '', body: undefined });
    for (const operation of [writing.getPost, writing.deletePost, scheduling.cancelPost]) {
      const again = await context.ask(operation, Problem, { path: { postId } });
      expect(again).toMatchObject({ status: 404, body: { code: 'post_not_found' } });
    }
    const page = await context.ask(writing.listPosts, writing.listPosts.response);
    expect(page.body.items).toEqual([]);
    expect(context.told().filter(([type]) => type === 'post.deleted')).toHaveLength(1);
    expect(await context.deps.posts.find(owner.workspaceId, postId)).toMatchObject({
      ttl: noon.getTime() / 1000 + 90 * 86_400,
    });
  });

  test.each(['publishing', 'published'] as const)('that is %s cannot be deleted', async (status) => {
    const { id: postId } = await put(context, { status });
    const answer = await context.ask(writing.deletePost, Problem, { path: { postId } });
    expect(answer).toMatchObject({ status: 409, body: { code: `post_${status}` } });
  });
});
