import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { newPublication, type Post } from '../../../functions/posts/domain/post.ts';
import type { New } from '../../../shared/entity.ts';
import {
  aMedia,
  aPart,
  aScheduledPost,
  author,
  campaignId,
  accountId,
  mediaId,
  noon,
  out,
  workspaceId,
} from './sample.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const { id: postId } = aScheduledPost();
const onPost = { workspaceId, postId };
const put = (said: Partial<Post> = {}) => {
  const post: New<Post> = aScheduledPost(said);
  return world.memory.posts.create(post, author);
};
const claim = (execution: string, scheduleVersion = 1) =>
  world.run('posts.claim', execution, { ...onPost, scheduleVersion });
const record = (execution: string, met: object) => world.run('posts.record', execution, { ...onPost, ...met });
const stored = () => world.memory.posts.find(workspaceId, postId);

const published = { outcome: 'published', part: 0, xPostId: '1', publishedAt: noon.toISOString(), costMicros: 15_000 };

describe('posts.claim', () => {
  test('gives a plain post the shortest way, and all that the other steps need', async () => {
    await put();
    expect(await claim('execution-1')).toEqual({
      outcome: 'go',
      path: 'plain',
      accountId,
      campaignId: null,
      isUnsettled: false,
      media: [],
      parts: [
        {
          part: 0,
          text: 'Hello',
          hasUrl: false,
          mediaIds: [],
          poll: null,
          replySettings: 'everyone',
          madeWithAi: false,
          paidPartnership: false,
          later: { plain: 0, withUrl: 0 },
        },
      ],
    });
    expect(await stored()).toMatchObject({ status: 'publishing', claimedBy: 'execution-1', version: 2 });
  });

  test('is written once, however often its execution asks', async () => {
    await put();
    const first = await claim('execution-1');
    expect(await claim('execution-1')).toEqual(first);
    expect(await stored()).toMatchObject({ version: 2, publication: { attempts: 1 } });
  });

  test('sends a thread and a post with media the full way, each file once', async () => {
    await world.memory.media.create(aMedia({ altText: 'A cat' }), author);
    await put({
      parts: [aPart({ text: 'one', mediaIds: [mediaId] }), aPart({ text: 'two', mediaIds: [mediaId] })],
    });
    expect(await claim('execution-1')).toMatchObject({
      path: 'full',
      media: [
        {
          mediaId,
          objectKey: `${workspaceId}/${mediaId}`,
          contentType: 'image/png',
          bytes: 100,
          altText: 'A cat',
        },
      ],
      parts: [
        { part: 0, text: 'one', mediaIds: [mediaId] },
        { part: 1, text: 'two', mediaIds: [mediaId] },
      ],
    });
  });

  test("sends a campaign's post past the permit", async () => {
    await put({ campaignId });
    expect(await claim('execution-1')).toMatchObject({ path: 'campaign', campaignId });
  });

  test('asks a campaign once: a thread that has begun goes on without its permit', async () => {
    const publication = { ...newPublication(noon.toISOString()), parts: [out()] };
    await put({ campaignId, parts: [aPart(), aPart()], publication });
    expect(await claim('execution-1')).toMatchObject({ path: 'full', campaignId });
  });

  test('waits when it is early', async () => {
    await put({ nextAttemptAt: '2026-11-22T12:00:00.001Z' });
    expect(await claim('execution-1')).toEqual({ outcome: 'wait', until: '2026-11-22T12:00:00.001Z' });
    expect(await stored()).toMatchObject({ status: 'scheduled', version: 1 });
  });

  test('skips what is not there, and what is older', async () => {
    expect(await claim('execution-1')).toEqual({ outcome: 'skip' });
    await put({ scheduleVersion: 2 });
    expect(await claim('execution-1', 1)).toEqual({ outcome: 'skip' });
  });

  test('goes to one of two executions that ask at the same time; the other one looks again', async () => {
    await put();
    const asked = await Promise.allSettled([claim('execution-1'), claim('execution-2')]);
    const [won, lost] = asked[0].status === 'fulfilled' ? asked : asked.toReversed();
    expect(won).toMatchObject({ status: 'fulfilled', value: { outcome: 'go' } });
    expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'changed_meanwhile' } });
    const loser = (await stored())?.claimedBy === 'execution-1' ? 'execution-2' : 'execution-1';
    expect(await claim(loser)).toEqual({ outcome: 'skip' });
  });
});

describe('a post that is too late', () => {
  const hoursLater = (hours: number) => new Date(noon.getTime() + hours * 3_600_000);

  test('is missed, told and not published', async () => {
    await put({ missedPolicy: { kind: 'publish_late', withinMinutes: 60 } });
    world.clock.now = hoursLater(2);
    expect(await claim('execution-1')).toEqual({ outcome: 'stopped' });
    expect(await stored()).toMatchObject({ status: 'missed', claimedBy: null, problem: { code: 'missed' } });
    expect(world.told().at(-1)).toMatchObject(['post.missed', { code: 'missed' }]);
    expect(await claim('execution-2')).toEqual({ outcome: 'skip' });
  });

  test('is held where its writer wants to be asked', async () => {
    await put({ missedPolicy: { kind: 'ask' } });
    world.clock.now = hoursLater(1);
    expect(await claim('execution-1')).toEqual({ outcome: 'stopped' });
    expect(await stored()).toMatchObject({ status: 'held', problem: { code: 'missed_ask' } });
  });

  test('goes on all the same once a part is out', async () => {
    const publication = { ...newPublication(noon.toISOString()), parts: [out()] };
    await put({ missedPolicy: { kind: 'skip' }, parts: [aPart(), aPart()], publication });
    world.clock.now = hoursLater(48);
    expect(await claim('execution-1')).toMatchObject({ outcome: 'go' });
  });
});

describe('posts.revive', () => {
  const revive = () => world.run('posts.revive', 'look-1', onPost);
  const overdue = async () => world.run('posts.findOverdue', 'look-1', {});
  const pass = (seconds: number) => {
    world.clock.now = new Date(noon.getTime() + seconds * 1000);
  };

  test('finds a post that nobody brings out, and sets it going again', async () => {
    await put();
    pass(45);
    expect(await overdue()).toEqual({ posts: [] });
    expect(await revive()).toEqual({ outcome: 'not_overdue' });
    pass(46);
    expect(await overdue()).toEqual({ posts: [{ workspaceId, postId }] });
    expect(await revive()).toEqual({ outcome: 'revived' });
    expect(world.told().at(-1)).toMatchObject(['post.scheduled', { scheduleVersion: 2 }]);
    expect(await revive()).toEqual({ outcome: 'not_overdue' });
    // The execution that was thought lost wakes after all, and does nothing.
    expect(await claim('execution-1', 1)).toEqual({ outcome: 'skip' });
    expect(await claim('execution-2', 2)).toMatchObject({ outcome: 'go' });
  });

  test('leaves a post to the execution that works on it, and takes it from one that is gone', async () => {
    await put();
    await claim('execution-1');
    world.memory.running.add('execution-1');
    pass(600);
    expect(await revive()).toEqual({ outcome: 'running' });
    world.memory.running.clear();
    expect(await revive()).toEqual({ outcome: 'revived' });
    expect(await stored()).toMatchObject({ status: 'publishing', claimedBy: null, scheduleVersion: 2 });
    // What the lost execution says now is not heard; the new one finds out at X what became of it.
    expect(await record('execution-1', { parts: [published] })).toEqual({ outcome: 'skip' });
    expect(await claim('execution-2', 2)).toMatchObject({ outcome: 'go' });
  });

  test('gives way to whoever writes at the same time', async () => {
    await put();
    pass(60);
    const [one, other] = await Promise.all([revive(), revive()]);
    expect([one, other]).toEqual([{ outcome: 'revived' }, { outcome: 'not_overdue' }]);
    expect(await stored()).toMatchObject({ scheduleVersion: 2 });
  });

  test.each(['draft', 'held', 'failed', 'cancelled', 'published', 'missed', 'deleted'] as const)(
    'leaves a %s post alone',
    async (status) => {
      await put({ status });
      pass(600);
      expect(await overdue()).toEqual({ posts: [] });
      expect(await revive()).toEqual({ outcome: 'not_overdue' });
    },
  );
});

describe('posts.record', () => {
  test('takes down what the claim’s own execution met, once', async () => {
    await put();
    await claim('execution-1');
    expect(await record('execution-2', { parts: [published] })).toEqual({ outcome: 'skip' });
    expect(await record('execution-1', { parts: [published] })).toEqual({ outcome: 'published' });
    expect(await record('execution-1', { parts: [{ outcome: 'fault' }] })).toEqual({ outcome: 'skip' });
    expect(world.told().map(([type]) => type)).toEqual(['post.created', 'post.scheduled', 'post.published']);
  });

  test('schedules anew after a limit, and the new execution publishes', async () => {
    await put();
    await claim('execution-1');
    const retryAt = '2026-11-22T12:15:00.000Z';
    const limited = { outcome: 'rate_limited', retryAt, code: 'x_limit', reason: 'X wants a pause.' };
    expect(await record('execution-1', { parts: [limited] })).toEqual({ outcome: 'scheduled' });
    expect(world.told().at(-1)).toMatchObject(['post.scheduled', { publishAt: retryAt, scheduleVersion: 2 }]);
    expect(await claim('execution-1', 1)).toEqual({ outcome: 'skip' });
    world.clock.now = new Date(retryAt);
    expect(await claim('execution-2', 2)).toMatchObject({ outcome: 'go' });
    expect(await record('execution-2', { parts: [published] })).toEqual({ outcome: 'published' });
    expect((await stored())?.publication).toMatchObject({ dueAt: noon.toISOString(), attempts: 2 });
  });

  test.each([
    ['paused', 'held', 'post.held'],
    ['cancelled', 'cancelled', 'post.cancelled'],
  ])('of a campaign that is %s tells that the post is %s', async (permit, outcome, type) => {
    await put({ campaignId });
    await claim('execution-1');
    expect(await record('execution-1', { permit: { outcome: permit } })).toEqual({ outcome });
    expect(world.told().at(-1)?.[0]).toBe(type);
  });

  test('skips a post that is not there', async () => {
    expect(await record('execution-1', { parts: [published] })).toEqual({ outcome: 'skip' });
  });

  test.each([
    ['an unknown outcome', { parts: [{ outcome: 'perhaps' }] }],
    ['a limit that names no time', { parts: [{ outcome: 'rate_limited', code: 'x', reason: 'x' }] }],
    ['an id that is none', { postId: 'x', parts: [] }],
  ])('fails on %s and writes nothing', async (_, met) => {
    await put();
    await claim('execution-1');
    await expect(record('execution-1', met)).rejects.toThrow();
    expect((await stored())?.version).toBe(2);
  });
});
