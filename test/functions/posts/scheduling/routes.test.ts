import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import * as scheduling from '#functions/posts/scheduling/contract.ts';
import * as views from '#functions/posts/views.ts';
import { Problem } from '#shared/http/problem.ts';
import { owner } from '#test/support/http-event.ts';
import { draft, type Harness, harness, later, put, scheduled } from '../harness.ts';
import { accountId, noon } from '../samples.ts';

const { PostView } = views;

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

describe('a schedule', () => {
  test('is set in a time zone and changed, with one post.scheduled event each', async () => {
    const { id: postId } = await draft(context);
    const schedule = (publishAt: string) =>
      context.ask(scheduling.schedulePost, PostView, {
        path: { postId },
        body: { publishAt, timeZone: 'Europe/Berlin' },
      });
    expect(await schedule('2026-11-22T13:00:00Z')).toMatchObject({
      status: 200,
      etag: '"v2"',
      body: { status: 'scheduled', scheduledAt: later, timeZone: 'Europe/Berlin', scheduleVersion: 1 },
    });
    expect((await schedule('2026-11-22T14:00:00Z')).body.scheduleVersion).toBe(2);
    expect(context.told().filter(([type]) => type === 'post.scheduled')).toHaveLength(2);
  });

  test.each([
    ['2026-11-22T14:00:00+01:00', 'Asia/Kolkata', 'Asia/Kolkata'],
    ['2026-11-22t13:00:00z', 'europe/kyiv', 'Europe/Kyiv'],
    ['2026-11-22T05:00:00.000000-08:00', 'Etc/GMT+3', 'Etc/GMT+3'],
  ])(
    'accepts an instant with any offset (%s), and keeps the requested zone in canonical case',
    async (publishAt, timeZone, kept) => {
      const { id: postId } = await draft(context);
      const answer = await context.ask(scheduling.schedulePost, PostView, {
        path: { postId },
        body: { publishAt, timeZone },
      });
      expect(answer).toMatchObject({ status: 200, body: { scheduledAt: later, timeZone: kept } });
    },
  );

  test.each([
    ['the past', { publishAt: '2026-11-22T11:59:59.999Z' }, 'body.publishAt'],
    ['301 days ahead', { publishAt: '2027-09-19T12:00:00Z' }, 'body.publishAt'],
    ['no instant', { publishAt: 'tomorrow' }, 'body.publishAt'],
    ['an instant of nowhere', { publishAt: '2026-11-22T14:00:00' }, 'body.publishAt'],
    ['a day that does not exist', { publishAt: '2027-02-29T12:00:00Z' }, 'body.publishAt'],
    ['a zone that does not exist', { publishAt: later, timeZone: 'Europe/Atlantis' }, 'body.timeZone'],
    ['a zone that only ICU has', { publishAt: later, timeZone: 'BST' }, 'body.timeZone'],
    ['an offset in place of a zone', { localTime: '2026-11-22T14:00', timeZone: '+02:00' }, 'body.timeZone'],
    ['neither an instant nor a local time', {}, 'body'],
    ['both', { publishAt: later, localTime: '2026-11-22T14:00', timeZone: 'UTC' }, 'body'],
    ['a local time of nowhere', { localTime: '2026-11-22T14:00' }, 'body.timeZone'],
    ['a local time in UTC', { localTime: '2026-11-22T14:00:00Z', timeZone: 'UTC' }, 'body.localTime'],
    ['a policy that is none', { publishAt: later, missedPolicy: { kind: 'hope' } }, 'body.missedPolicy.kind'],
    ['a zone that is a path', { publishAt: later, timeZone: '../../etc/passwd' }, 'body.timeZone'],
  ])('is refused with 400, naming the field: %s', async (_, body, path) => {
    const { id: postId } = await draft(context);
    const answer = await context.ask(scheduling.schedulePost, Problem, { path: { postId }, body });
    expect(answer.status).toBe(400);
    expect(new Set(answer.body.fields?.map((field) => field.path))).toEqual(new Set([path]));
    expect((await context.deps.posts.get(owner.workspaceId, postId)).status).toBe('draft');
  });

  test.each([
    ['2026-11-22T14:00', 'exact', later],
    ['2027-03-28T02:30', 'gap_moved_forward', '2027-03-28T01:30:00.000Z'],
  ])('can be set in local time: %s', async (localTime, resolution, scheduledAt) => {
    const { id: postId } = await draft(context);
    const body = { localTime, timeZone: 'Europe/Berlin', missedPolicy: { kind: 'ask' } };
    const reply = scheduling.schedulePost.response;
    expect((await context.ask(scheduling.schedulePost, reply, { path: { postId }, body })).body).toMatchObject({
      scheduledAt,
      resolution,
      timeZone: 'Europe/Berlin',
      missedPolicy: { kind: 'ask' },
      scheduledBy: owner.personId,
    });
  });

  test('for now is due at once', async () => {
    const { id: postId } = await draft(context);
    const answer = await context.ask(scheduling.publishPost, PostView, { path: { postId } });
    expect(answer).toMatchObject({ status: 202, body: { status: 'scheduled', scheduledAt: noon.toISOString() } });
    expect(context.told().at(-1)).toMatchObject(['post.scheduled', { publishAt: noon.toISOString() }]);
  });

  test.each([scheduling.schedulePost, scheduling.publishPost])(
    'is refused with 404 for an account that is gone: $id',
    async (operation) => {
      const { id: postId } = await draft(context);
      await context.deps.accounts.forget(owner.workspaceId, 2, accountId);
      const body = operation === scheduling.schedulePost ? { publishAt: later } : undefined;
      expect(await context.ask(operation, Problem, { path: { postId }, body })).toMatchObject({ status: 404 });
    },
  );

  test('can be cancelled, once', async () => {
    const { id: postId } = await scheduled(context);
    const cancel = () => context.ask(scheduling.cancelPost, z.unknown(), { path: { postId } });
    expect(await cancel()).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect(await cancel()).toMatchObject({ status: 409, body: { code: 'post_cancelled' } });
    expect(context.told().filter(([type]) => type === 'post.cancelled')).toHaveLength(1);
  });

  test('cannot be cancelled while the post is publishing', async () => {
    const { id: postId } = await put(context, { status: 'publishing' });
    const answer = await context.ask(scheduling.cancelPost, Problem, { path: { postId } });
    expect(answer).toMatchObject({ status: 409, body: { code: 'post_publishing' } });
  });
});
