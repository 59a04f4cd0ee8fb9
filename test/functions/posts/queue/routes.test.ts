import { beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import * as contract from '#functions/posts/queue/contract.ts';
import * as scheduling from '#functions/posts/scheduling/contract.ts';
import { PostView } from '#functions/posts/views.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import { Problem } from '#shared/http/problem.ts';
import { owner, type SignedIn } from '#test/support/http-event.ts';
import { draft, type Harness, harness, put, scheduled } from '../harness.ts';
import { accountId, otherAccountId } from '../samples.ts';

const stranger: SignedIn = { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' };
/** 14:00 and 15:00 of every day; noon of the samples is a Sunday. */
const slots = [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => [
  { weekday, time: '14:00' },
  { weekday, time: '15:00' },
]);

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

const set = (body: unknown = { timeZone: 'UTC', slots }, sent = {}) =>
  context.ask(contract.setQueue, contract.setQueue.response, { path: { accountId }, body, ...sent });
const queue = (postId: string) => context.ask(contract.queuePost, PostView, { path: { postId } });
const refused = (postId: string) => context.ask(contract.queuePost, Problem, { path: { postId } });
const queueNew = async () => (await queue((await draft(context)).id)).body;

describe('a queue', () => {
  test('can be set, replaced and read, and publishes queue.changed', async () => {
    expect(await set()).toMatchObject({ status: 200, etag: '"v1"', body: { accountId, timeZone: 'UTC', slots } });
    const one = [{ weekday: 1, time: '09:30' }];
    expect(await set({ timeZone: 'Europe/Berlin', slots: one })).toMatchObject({ etag: '"v2"', body: { slots: one } });
    const read = await context.ask(contract.getQueue, contract.getQueue.response, { path: { accountId } });
    expect(read).toMatchObject({ status: 200, body: { timeZone: 'Europe/Berlin', slots: one } });
    expect(context.told()).toEqual([
      ['queue.changed', { timeZone: 'UTC', slots }],
      ['queue.changed', { timeZone: 'Europe/Berlin', slots: one }],
    ]);
  });

  test('is not replaced with a stale If-Match', async () => {
    await set();
    const body = { timeZone: 'UTC', slots: [] };
    const answer = await context.ask(contract.setQueue, Problem, {
      path: { accountId },
      body,
      headers: { 'if-match': '"v7"' },
    });
    expect(answer).toMatchObject({ status: 412, body: { code: 'precondition_failed' } });
  });

  test('gives no slot to text that is repeated too soon', async () => {
    await set();
    const parts = [{ text: 'The same words' }];
    const [one, two] = [await draft(context, parts), await draft(context, parts)];
    expect((await queue(one.id)).status).toBe(200);
    expect(await refused(two.id)).toMatchObject({ status: 422, body: { code: 'policy_blocked' } });
    expect((await context.deps.posts.get(owner.workspaceId, two.id)).status).toBe('draft');
  });

  test.each([
    ['a weekday that is none', { timeZone: 'UTC', slots: [{ weekday: 8, time: '09:30' }] }, 'body.slots.0.weekday'],
    ['a time that is none', { timeZone: 'UTC', slots: [{ weekday: 1, time: '24:00' }] }, 'body.slots.0.time'],
    ['a slot twice', { timeZone: 'UTC', slots: [slots[0], slots[1], slots[0]] }, 'body.slots.2'],
    ['too many slots', { timeZone: 'UTC', slots: Array.from({ length: 169 }, () => slots[0]) }, 'body.slots'],
    ['a zone that does not exist', { timeZone: 'Europe/Atlantis', slots }, 'body.timeZone'],
  ])('with %s is refused with 400, naming the field', async (_, body, path) => {
    const answer = await context.ask(contract.setQueue, Problem, { path: { accountId }, body });
    expect(answer.status).toBe(400);
    expect(answer.body.fields?.map((field) => field.path)).toContain(path);
  });

  test('of an unknown account returns account_not_found', async () => {
    await set();
    const body = { timeZone: 'UTC', slots };
    for (const [of, as] of [
      [otherAccountId, owner],
      [accountId, stranger],
    ] as const) {
      const path = { accountId: of };
      const written = await context.ask(contract.setQueue, Problem, { path, body, as });
      expect(written).toMatchObject({ status: 404, body: { code: 'account_not_found' } });
      const read = await context.ask(contract.getQueue, Problem, { path, as });
      expect(read).toMatchObject({ status: 404, body: { code: 'account_not_found' } });
    }
  });

  test('that was never set returns queue_not_found', async () => {
    const answer = await context.ask(contract.getQueue, Problem, { path: { accountId } });
    expect(answer).toMatchObject({ status: 404, body: { code: 'queue_not_found' } });
  });
});

describe('queueing a post', () => {
  test('schedules it at the next free slot, in the time zone of the queue', async () => {
    await set({ timeZone: 'Europe/Berlin', slots });
    const { id } = await draft(context);
    expect(await queue(id)).toMatchObject({
      status: 200,
      body: {
        status: 'scheduled',
        scheduledAt: '2026-11-22T13:00:00.000Z',
        timeZone: 'Europe/Berlin',
        scheduledBy: owner.personId,
      },
    });
    expect((await queueNew()).scheduledAt).toBe('2026-11-22T14:00:00.000Z');
    expect(context.told().at(-1)).toMatchObject(['post.scheduled', { publishAt: '2026-11-22T14:00:00.000Z' }]);
  });

  test('skips slots at which posts are scheduled without the queue', async () => {
    await set();
    await scheduled(context, '2026-11-22T14:00:00Z');
    expect((await queueNew()).scheduledAt).toBe('2026-11-22T15:00:00.000Z');
  });

  test('never shares a slot between concurrent requests', async () => {
    await set();
    const drafts = await Promise.all(Array.from({ length: 12 }, () => draft(context)));
    const queued = await Promise.all(drafts.map(({ id }) => queue(id)));
    const times = queued.map(({ body }) => body.scheduledAt);
    expect(new Set(times).size).toBe(12);
    expect(times.toSorted().at(-1)).toBe('2026-11-27T15:00:00.000Z');
  });

  test('never shares a slot, even while the index by time lags behind', async () => {
    await set();
    vi.spyOn(context.deps.posts, 'list').mockResolvedValue({ items: [], nextCursor: null });
    const times = [await queueNew(), await queueNew(), await queueNew()].map(({ scheduledAt }) => scheduledAt);
    expect(times).toEqual(['2026-11-22T14:00:00.000Z', '2026-11-22T15:00:00.000Z', '2026-11-23T14:00:00.000Z']);
  });

  test.each([
    ['cancelled', 200, (postId: string) => context.ask(scheduling.cancelPost, z.unknown(), { path: { postId } })],
    ['deleted', 204, (postId: string) => context.ask(writing.deletePost, z.unknown(), { path: { postId } })],
    [
      'moved',
      200,
      (postId: string) =>
        context.ask(scheduling.schedulePost, z.unknown(), {
          path: { postId },
          body: { publishAt: '2026-11-22T20:00:00Z' },
        }),
    ],
  ])('reuses the slot of a post that was %s', async (_, status, free) => {
    await set();
    const { id } = await queueNew();
    expect(await free(id)).toMatchObject({ status });
    expect((await queueNew()).scheduledAt).toBe('2026-11-22T14:00:00.000Z');
  });

  test('is refused with queue_empty when there is no slot', async () => {
    const { id } = await draft(context);
    const empty = { status: 409, body: { code: 'queue_empty', fields: [{ path: 'path.postId' }] } };
    expect(await refused(id)).toMatchObject(empty);
    await set({ timeZone: 'UTC', slots: [] });
    expect(await refused(id)).toMatchObject(empty);
  });

  test('is refused with queue_full when every slot within 300 days is taken', async () => {
    await set({ timeZone: 'UTC', slots: [{ weekday: 1, time: '10:00' }] });
    for (let week = 0; week < 43; week += 1) await queueNew();
    expect(await refused((await draft(context)).id)).toMatchObject({ status: 409, body: { code: 'queue_full' } });
  });

  test('is refused for a scheduled or published post', async () => {
    await set();
    const { id } = await queueNew();
    expect(await refused(id)).toMatchObject({
      status: 409,
      body: { code: 'post_scheduled', fields: [{ path: 'path.postId' }] },
    });
    const { id: outId } = await put(context, { id: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9Z', status: 'published' });
    expect(await refused(outId)).toMatchObject({ status: 409, body: { code: 'post_published' } });
  });

  test('is refused with unpublishable when X would refuse the post', async () => {
    await set();
    const { id } = await put(context, { parts: [{ text: 'x'.repeat(281), mediaIds: [], poll: null }] });
    expect(await refused(id)).toMatchObject({ status: 422, body: { code: 'unpublishable' } });
    expect((await context.deps.posts.get(owner.workspaceId, id)).status).toBe('draft');
  });

  test('is refused for an editor, as is setting a queue', async () => {
    const { id: postId } = await draft(context);
    const as = { ...owner, role: 'editor' as const };
    expect(await context.ask(contract.queuePost, Problem, { path: { postId }, as })).toMatchObject({ status: 403 });
    const body = { timeZone: 'UTC', slots };
    const written = await context.ask(contract.setQueue, Problem, { path: { accountId }, body, as });
    expect(written).toMatchObject({ status: 403 });
  });
});
