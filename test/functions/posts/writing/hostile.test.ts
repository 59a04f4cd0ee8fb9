import * as fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { operations } from '#functions/posts/contract.ts';
import { health } from '#functions/posts/health.ts';
import * as mediaContract from '#functions/posts/media/contract.ts';
import * as scheduling from '#functions/posts/scheduling/contract.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import { Problem } from '#shared/http/problem.ts';
import { owner, type SignedIn } from '#test/support/http-event.ts';
import { announce, draft, type Harness, harness, later, parts, scheduled } from '../harness.ts';
import { accountId } from '../samples.ts';

const stranger: SignedIn = { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' };

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

test('posts and media of another workspace return 404 and are not listed', async () => {
  const { id: postId } = await scheduled(context);
  const { media } = await announce(context);
  const path = { postId };
  const sent = [
    context.ask(writing.getPost, Problem, { as: stranger, path }),
    context.ask(writing.deletePost, Problem, { as: stranger, path }),
    context.ask(scheduling.cancelPost, Problem, { as: stranger, path }),
    context.ask(scheduling.publishPost, Problem, { as: stranger, path }),
    context.ask(scheduling.schedulePost, Problem, { as: stranger, path, body: { publishAt: later } }),
    context.ask(writing.changePost, Problem, {
      as: stranger,
      path,
      body: { parts },
      headers: { 'if-match': '"v2"' },
    }),
    context.ask(mediaContract.getMedia, Problem, { as: stranger, path: { mediaId: media.id } }),
    context.ask(mediaContract.completeMedia, Problem, { as: stranger, path: { mediaId: media.id } }),
  ];
  for (const answer of await Promise.all(sent)) expect(answer.status).toBe(404);
  const page = await context.ask(writing.listPosts, writing.listPosts.response, { as: stranger });
  expect(page.body).toEqual({ items: [], nextCursor: null });
});

test('an editor can write but not publish, and an analyst can only read', async () => {
  const { id: postId } = await scheduled(context);
  const status = async (role: SignedIn['role'], operation: (typeof operations)[number], sent = {}) =>
    (await context.ask(operation, z.unknown(), { as: { ...owner, role }, path: { postId }, ...sent })).status;
  expect(await status('editor', writing.createPost, { path: {}, body: { accountId, parts } })).toBe(201);
  expect(await status('editor', scheduling.publishPost)).toBe(403);
  expect(await status('editor', scheduling.cancelPost)).toBe(403);
  expect(await status('manager', scheduling.cancelPost)).toBe(200);
  expect(await status('analyst', writing.getPost)).toBe(200);
  expect(await status('analyst', writing.deletePost)).toBe(403);
});

test('health and readiness need no sign-in', async () => {
  const up = await context.ask(health.health, z.unknown(), { as: undefined });
  expect(up).toMatchObject({ status: 200, body: { context: 'posts', status: 'up' } });
  const ready = await context.ask(health.ready, z.unknown(), { as: undefined });
  expect(ready).toMatchObject({ status: 200, body: { context: 'posts', status: 'ready' } });
});

test('no operation returns 5xx, whatever is sent', async () => {
  const { id: postId } = await draft(context);
  const { media } = await announce(context);
  const almost = fc.record(
    {
      accountId: fc.oneof(fc.constant(accountId), fc.string()),
      parts: fc.oneof(
        fc.array(fc.record({ text: fc.string({ unit: 'binary' }), mediaIds: fc.constant([]) }), { maxLength: 3 }),
        fc.jsonValue(),
      ),
      publishAt: fc.oneof(fc.date({ noInvalidDate: false }).map(String), fc.constant(later), fc.string()),
      timeZone: fc.oneof(fc.constantFrom('UTC', 'Etc/GMT+99', 'constructor'), fc.string()),
      contentType: fc.constantFrom('image/png', '__proto__'),
      bytes: fc.double(),
    },
    { requiredKeys: [] },
  );
  const query = fc.dictionary(
    fc.constantFrom('limit', 'cursor', 'status', 'accountId', 'from', 'to', '__proto__'),
    fc.oneof(fc.string(), fc.constantFrom('1', 'draft', later, accountId)),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...operations),
      fc.oneof(fc.constant({ postId }), fc.constant({ mediaId: media.id }), fc.dictionary(fc.string(), fc.string())),
      fc.oneof(almost, fc.jsonValue(), fc.string()),
      fc.option(query, { nil: undefined }),
      fc.option(fc.constantFrom('"v1"', '*', '"v99999999999"', 'W/"v1"', ''), { nil: undefined }),
      async (operation, path, body, asked, ifMatch) => {
        const headers = { 'content-type': 'application/json', ...(ifMatch !== undefined && { 'if-match': ifMatch }) };
        const sent = { path, body, headers, ...(asked && { query: asked }) };
        const { status } = await context.ask(operation, z.unknown(), sent);
        expect(status).toBeLessThan(500);
      },
    ),
    { numRuns: 400 },
  );
});
