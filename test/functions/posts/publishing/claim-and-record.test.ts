import { beforeEach, describe, expect, test } from 'vitest';
import { sendLeaseMs } from '#events/publishing.ts';
import { defaultSettings } from '#events/users.ts';
import { newPublication, type Post, schedule } from '#functions/posts/domain/post.ts';
import type { New } from '#shared/entity.ts';
import { instantAfter } from '#shared/time.ts';
import { type Harness, harness } from '../harness.ts';
import {
  accountId,
  aMedia,
  aPart,
  aScheduledPost,
  author,
  campaignId,
  mediaId,
  noon,
  out,
  workspaceId,
} from '../samples.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

const { id: postId } = aScheduledPost();
const onPost = { workspaceId, postId };
const put = (said: Partial<Post> = {}) => {
  const post: New<Post> = aScheduledPost(said);
  return context.deps.posts.create(post, author);
};
const claim = (execution: string, scheduleVersion = 1) =>
  context.run('posts.claim', { ...onPost, scheduleVersion }, execution);
const record = (execution: string, met: object) => context.run('posts.record', { ...onPost, ...met }, execution);
const stored = () => context.deps.posts.find(workspaceId, postId);

const published = { outcome: 'published', part: 0, xPostId: '1', publishedAt: noon.toISOString(), costMicros: 15_000 };

describe('posts.claim', () => {
  test('sends a plain post on the plain path, with all that the later steps need', async () => {
    await put();
    expect(await claim('execution-1')).toEqual({
      outcome: 'go',
      path: 'plain',
      accountId,
      campaignId: null,
      timeSetAt: null,
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
          sendBy: instantAfter(noon, sendLeaseMs),
        },
      ],
    });
    expect(await stored()).toMatchObject({ status: 'publishing', claimedBy: 'execution-1', version: 2 });
  });

  test('is idempotent for one execution: it writes once and counts one attempt', async () => {
    await put();
    const first = await claim('execution-1');
    expect(await claim('execution-1')).toEqual(first);
    expect(await stored()).toMatchObject({ version: 2, publication: { attempts: 1 } });
  });

  test('sends a thread with files on the media path, and lists each file once', async () => {
    await context.deps.media.create(aMedia({ altText: 'A cat' }), author);
    await put({
      parts: [aPart({ text: 'one', mediaIds: [mediaId] }), aPart({ text: 'two', mediaIds: [mediaId] })],
    });
    expect(await claim('execution-1')).toMatchObject({
      path: 'media',
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

  test.each([
    ['a post', {}],
    ['a thread that has begun', { publication: { ...newPublication(noon.toISOString()), parts: [out()] } }],
  ])('holds %s with media_missing when one of its files is gone', async (_, said) => {
    await put({ parts: [aPart(), aPart({ mediaIds: [mediaId] })], ...said });
    expect(await claim('execution-1')).toEqual({ outcome: 'stopped' });
    expect(await stored()).toMatchObject({ status: 'held', problem: { code: 'media_missing' }, claimedBy: null });
  });

  test('sends a campaign’s post on the campaign path', async () => {
    await put({ campaignId });
    expect(await claim('execution-1')).toMatchObject({ path: 'campaign', campaignId });
  });

  test('sends the rest of a campaign’s partly published thread on the campaign path, too', async () => {
    const publication = { ...newPublication(noon.toISOString()), parts: [out()] };
    await put({ campaignId, parts: [aPart(), aPart()], publication });
    expect(await claim('execution-1')).toMatchObject({ path: 'campaign', campaignId });
  });

  test('waits when the post is not due yet, and writes nothing', async () => {
    await put({ nextAttemptAt: '2026-11-22T12:00:00.001Z' });
    expect(await claim('execution-1')).toEqual({ outcome: 'wait', until: '2026-11-22T12:00:00.001Z' });
    expect(await stored()).toMatchObject({ status: 'scheduled', version: 1 });
  });

  test('skips an unknown post and a stale schedule version', async () => {
    expect(await claim('execution-1')).toEqual({ outcome: 'skip' });
    await put({ scheduleVersion: 2 });
    expect(await claim('execution-1', 1)).toEqual({ outcome: 'skip' });
  });

  test('lets one of two concurrent executions go; the other fails with changed_meanwhile and then skips', async () => {
    await put();
    const asked = await Promise.allSettled([claim('execution-1'), claim('execution-2')]);
    const [won, lost] = asked[0].status === 'fulfilled' ? asked : asked.toReversed();
    expect(won).toMatchObject({ status: 'fulfilled', value: { outcome: 'go' } });
    expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'changed_meanwhile' } });
    const loser = (await stored())?.claimedBy === 'execution-1' ? 'execution-2' : 'execution-1';
    expect(await claim(loser)).toEqual({ outcome: 'skip' });
  });
});

/** An execution that comes long after the due time first searches X for the post, and does not find it. */
const looksInVain = async (execution: string, scheduleVersion = 1) => {
  expect(await claim(execution, scheduleVersion)).toMatchObject({ outcome: 'go', path: 'look' });
  await record(execution, { parts: [{ outcome: 'withheld' }] });
};

describe('a post that is too late', () => {
  const hoursLater = (hours: number) => new Date(noon.getTime() + hours * 3_600_000);

  test('becomes missed, publishes post.missed and cannot be claimed any more', async () => {
    await put({ missedPolicy: { kind: 'publish_late', withinMinutes: 60 } });
    context.clock.set(hoursLater(2));
    await looksInVain('execution-0');
    expect(await claim('execution-1', 2)).toEqual({ outcome: 'stopped' });
    expect(await stored()).toMatchObject({ status: 'missed', claimedBy: null, problem: { code: 'missed' } });
    expect(context.told().at(-1)).toMatchObject(['post.missed', { code: 'missed' }]);
    expect(await claim('execution-2', 2)).toEqual({ outcome: 'skip' });
  });

  test('is held with missed_ask when its policy is to ask', async () => {
    await put({ missedPolicy: { kind: 'ask' } });
    context.clock.set(hoursLater(1));
    await looksInVain('execution-0');
    expect(await claim('execution-1', 2)).toEqual({ outcome: 'stopped' });
    expect(await stored()).toMatchObject({ status: 'held', problem: { code: 'missed_ask' } });
  });

  test('is claimed all the same once a part is published', async () => {
    const publication = { ...newPublication(noon.toISOString()), parts: [out()] };
    await put({ missedPolicy: { kind: 'skip' }, parts: [aPart(), aPart()], publication });
    context.clock.set(hoursLater(48));
    expect(await claim('execution-1')).toMatchObject({ outcome: 'go' });
  });
});

describe('a post that may be on X although nothing records it', () => {
  const later = (seconds: number) => {
    context.clock.set(new Date(noon.getTime() + seconds * 1000));
  };
  const revived = async () => {
    later(60);
    expect(await context.run('posts.revive', onPost, 'look-1')).toEqual({ outcome: 'revived' });
  };
  const sought = { outcome: 'go', path: 'look', parts: [{ lookSince: noon.toISOString() }] };

  test('is searched for on X from its due time, before anything else, once it is revived', async () => {
    await put();
    await revived();
    expect(await claim('execution-2', 2)).toMatchObject(sought);
    // Asking again gives the same answer.
    expect(await claim('execution-2', 2)).toMatchObject(sought);
    expect(await record('execution-2', { parts: [published] })).toEqual({ outcome: 'published' });
  });

  test('is searched for when an execution comes more than 45 seconds late', async () => {
    await put();
    later(45);
    expect(await claim('execution-1')).toMatchObject({ outcome: 'go', path: 'plain' });
    await put({ id: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9W' });
    later(46);
    const other = { workspaceId, postId: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9W', scheduleVersion: 1 };
    expect(await context.run('posts.claim', other, 'execution-2')).toMatchObject(sought);
  });

  test('is not searched for after waiting out a rate limit of X', async () => {
    await put();
    await claim('execution-1');
    const retryAt = '2026-11-22T12:15:00.000Z';
    const limited = { outcome: 'rate_limited', retryAt, code: 'x_limit', reason: 'X wants a pause.' };
    await record('execution-1', { parts: [limited] });
    context.clock.set(new Date(retryAt));
    expect(await claim('execution-2', 2)).toMatchObject({ path: 'plain' });
  });

  test('is handled like any other once X does not have it, and is checked again', async () => {
    await put();
    await context.deps.settings.learn(workspaceId, 1, { ...defaultSettings, approval: 'four_eyes' });
    await revived();
    await looksInVain('execution-2', 2);
    expect(await stored()).toMatchObject({ status: 'scheduled', scheduleVersion: 3, publication: { lookSince: null } });
    expect(await claim('execution-3', 3)).toEqual({ outcome: 'stopped' });
    expect(await stored()).toMatchObject({ status: 'held', problem: { code: 'approval_missing' } });
  });

  test('continues with the parts of a thread that X does not have', async () => {
    await put({ parts: [aPart({ text: 'one' }), aPart({ text: 'two' })] });
    await revived();
    await claim('execution-2', 2);
    await record('execution-2', { parts: [published, { outcome: 'withheld' }] });
    expect(await stored()).toMatchObject({ status: 'publishing', publication: { parts: [{ xPostId: '1' }] } });
    expect(await claim('execution-3', 3)).toMatchObject({ outcome: 'go', path: 'full' });
  });

  test.each(['unsettled', 'fault'])('is searched for again after a search without result (%s)', async (outcome) => {
    await put();
    await revived();
    await claim('execution-2', 2);
    const retryAt = '2026-11-22T12:05:00.000Z';
    expect(await record('execution-2', { parts: [{ outcome, retryAt }] })).toEqual({ outcome: 'publishing' });
    context.clock.set(new Date(retryAt));
    expect(await claim('execution-3', 3)).toMatchObject(sought);
  });

  test('is still searched for from its due time when a person reschedules an overdue post', async () => {
    const post = await put();
    later(60);
    const moved = schedule(post, '2026-11-22T13:00:00.000Z', null, context.clock.now());
    await context.deps.posts.save(moved, author);
    later(3_600);
    expect(await claim('execution-2', 2)).toMatchObject(sought);
  });

  describe('when X refuses it as a duplicate', () => {
    const refused = { outcome: 'refused', code: 'x_duplicate', reason: 'X has the same text.' };
    const refuse = async () => {
      await put();
      await claim('execution-1');
      expect(await record('execution-1', { parts: [refused] })).toEqual({ outcome: 'publishing' });
      expect(await claim('execution-2', 2)).toMatchObject(sought);
    };

    test('is recorded as published when X has this very post', async () => {
      await refuse();
      expect(await record('execution-2', { parts: [published] })).toEqual({ outcome: 'published' });
      expect(await stored()).toMatchObject({ problem: null });
    });

    test.each([false, true])(
      'fails with the refusal of X when X has another post (first search without result: %s)',
      async (isBlind) => {
        await refuse();
        if (isBlind) {
          const retryAt = '2026-11-22T12:05:00.000Z';
          await record('execution-2', { parts: [{ outcome: 'unsettled', retryAt }] });
          context.clock.set(new Date(retryAt));
          expect(await claim('execution-3', 3)).toMatchObject(sought);
          expect(await record('execution-3', { parts: [{ outcome: 'withheld' }] })).toEqual({ outcome: 'failed' });
          return;
        }
        expect(await record('execution-2', { parts: [{ outcome: 'withheld' }] })).toEqual({ outcome: 'failed' });
        expect(await stored()).toMatchObject({ problem: { code: 'x_duplicate', reason: 'X has the same text.' } });
        expect(context.told().map(([type]) => type)).not.toContain('post.published');
      },
    );
  });
});

describe('the last check, once the files of a post are on X', () => {
  const lastLook = () => context.run('posts.claim', { ...onPost, scheduleVersion: 1, isLastLook: true }, 'execution-1');
  const claimed = async (said: Partial<Post> = {}) => {
    await context.deps.media.create(aMedia(), author);
    await put({ parts: [aPart({ text: 'A cat', mediaIds: [mediaId] })], ...said });
    expect(await claim('execution-1')).toMatchObject({ outcome: 'go', path: 'media' });
  };

  test('lets the post go on the full path, and writes nothing', async () => {
    await claimed();
    expect(await lastLook()).toMatchObject({ outcome: 'go', path: 'full', parts: [{ text: 'A cat' }] });
    expect(await lastLook()).toMatchObject({ outcome: 'go', path: 'full' });
    expect(await stored()).toMatchObject({ status: 'publishing', version: 2 });
  });

  test('sends a campaign’s post on the campaign path', async () => {
    await claimed({ campaignId });
    expect(await lastLook()).toMatchObject({ outcome: 'go', path: 'campaign' });
  });

  test('holds it when the workspace requires approval by now', async () => {
    await claimed();
    await context.deps.settings.learn(workspaceId, 1, { ...defaultSettings, approval: 'four_eyes' });
    expect(await lastLook()).toEqual({ outcome: 'stopped' });
    expect(await stored()).toMatchObject({ status: 'held', claimedBy: null, problem: { code: 'approval_missing' } });
  });

  test('holds it when a rule forbids it by now', async () => {
    await claimed({ urlParts: [0] });
    await context.deps.settings.learn(workspaceId, 1, { ...defaultSettings, linkPolicy: 'block' });
    expect(await lastLook()).toEqual({ outcome: 'stopped' });
    expect(await stored()).toMatchObject({ status: 'held', claimedBy: null });
  });

  test('marks it missed when the upload took longer than the post may be late', async () => {
    await claimed({ missedPolicy: { kind: 'skip' } });
    context.clock.set(new Date(noon.getTime() + 10 * 60_000));
    expect(await lastLook()).toEqual({ outcome: 'stopped' });
    expect(await stored()).toMatchObject({ status: 'missed', claimedBy: null });
  });

  test('holds it with missed_ask when the upload made it late and its policy is to ask', async () => {
    await claimed({ missedPolicy: { kind: 'ask' } });
    context.clock.set(new Date(noon.getTime() + 10 * 60_000));
    expect(await lastLook()).toEqual({ outcome: 'stopped' });
    expect(await stored()).toMatchObject({ status: 'held', problem: { code: 'missed_ask' } });
  });

  test('skips a post of a deleted workspace', async () => {
    await claimed();
    await context.deps.deletedWorkspaces.note(workspaceId);
    expect(await lastLook()).toEqual({ outcome: 'skip' });
  });

  test('skips an execution whose post was revived meanwhile', async () => {
    await claimed();
    context.clock.set(new Date(noon.getTime() + 60_000));
    await context.run('posts.revive', onPost, 'look-1');
    expect(await lastLook()).toEqual({ outcome: 'skip' });
  });
});

describe('posts.revive', () => {
  const revive = () => context.run('posts.revive', onPost, 'look-1');
  const overdue = async () => context.run('posts.findOverdue', {}, 'look-1');
  const pass = (seconds: number) => {
    context.clock.set(new Date(noon.getTime() + seconds * 1000));
  };

  test('reschedules a post that is found more than 45 seconds overdue, once', async () => {
    await put();
    pass(45);
    expect(await overdue()).toEqual({ posts: [] });
    expect(await revive()).toEqual({ outcome: 'not_overdue' });
    pass(46);
    expect(await overdue()).toEqual({ posts: [{ workspaceId, postId }] });
    expect(await revive()).toEqual({ outcome: 'revived' });
    expect(context.told().at(-1)).toMatchObject(['post.scheduled', { scheduleVersion: 2 }]);
    expect(await revive()).toEqual({ outcome: 'not_overdue' });
    // The execution that was presumed lost wakes after all, and skips.
    expect(await claim('execution-1', 1)).toEqual({ outcome: 'skip' });
    expect(await claim('execution-2', 2)).toMatchObject({ outcome: 'go' });
  });

  test('leaves a post to its running execution, and takes it from one that no longer runs', async () => {
    await put();
    await claim('execution-1');
    context.deps.running.add('execution-1');
    pass(600);
    expect(await revive()).toEqual({ outcome: 'running' });
    context.deps.running.clear();
    expect(await revive()).toEqual({ outcome: 'revived' });
    expect(await stored()).toMatchObject({ status: 'publishing', claimedBy: null, scheduleVersion: 2 });
    // The record of the lost execution is skipped; the new one asks X what became of the post.
    expect(await record('execution-1', { parts: [published] })).toEqual({ outcome: 'skip' });
    expect(await claim('execution-2', 2)).toMatchObject({ outcome: 'go' });
  });

  test('revives a post once when two runs are concurrent', async () => {
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
  test('records the outcome of the execution that holds the claim, once', async () => {
    await put();
    await claim('execution-1');
    expect(await record('execution-2', { parts: [published] })).toEqual({ outcome: 'skip' });
    expect(await record('execution-1', { parts: [published] })).toEqual({ outcome: 'published' });
    expect(await record('execution-1', { parts: [{ outcome: 'fault' }] })).toEqual({ outcome: 'skip' });
    expect(context.told().map(([type]) => type)).toEqual(['post.created', 'post.scheduled', 'post.published']);
  });

  test('reschedules after a rate limit, and the next execution publishes', async () => {
    await put();
    await claim('execution-1');
    const retryAt = '2026-11-22T12:15:00.000Z';
    const limited = { outcome: 'rate_limited', retryAt, code: 'x_limit', reason: 'X wants a pause.' };
    expect(await record('execution-1', { parts: [limited] })).toEqual({ outcome: 'scheduled' });
    expect(context.told().at(-1)).toMatchObject(['post.scheduled', { publishAt: retryAt, scheduleVersion: 2 }]);
    expect(await claim('execution-1', 1)).toEqual({ outcome: 'skip' });
    context.clock.set(new Date(retryAt));
    expect(await claim('execution-2', 2)).toMatchObject({ outcome: 'go' });
    expect(await record('execution-2', { parts: [published] })).toEqual({ outcome: 'published' });
    expect((await stored())?.publication).toMatchObject({ dueAt: noon.toISOString(), attempts: 2 });
  });

  test.each([
    ['paused', 'held', 'post.held'],
    ['cancelled', 'cancelled', 'post.cancelled'],
  ])('for a campaign that is %s publishes that the post is %s', async (permit, outcome, type) => {
    await put({ campaignId });
    await claim('execution-1');
    expect(await record('execution-1', { permit: { outcome: permit } })).toEqual({ outcome });
    expect(context.told().at(-1)?.[0]).toBe(type);
  });

  test('skips an unknown post', async () => {
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

describe('a lease', () => {
  const standing = () => context.deps.leases.standing(workspaceId);

  test('is taken by the claim and ended by the record of the outcome', async () => {
    await put();
    await claim('execution-1');
    expect(await standing()).toMatchObject([{ subjectId: postId, accountId, execution: 'execution-1' }]);
    await record('execution-1', { parts: [published] });
    expect(await standing()).toEqual([]);
  });

  test.each(['unsettled', 'fault', 'unclear'])('stands until it expires when the outcome is %s', async (outcome) => {
    await put();
    await claim('execution-1');
    const why = { code: 'x_unclear', reason: 'Look.' };
    await record('execution-1', { parts: [{ outcome, retryAt: noon.toISOString(), ...why }] });
    expect(await standing()).toHaveLength(1);
    context.clock.pass(sendLeaseMs + context.deps.faultPauseMs);
    expect(await standing()).toEqual([]);
  });

  test('of a post with files begins once the files are on X', async () => {
    await context.deps.media.create(aMedia(), author);
    await put({ parts: [aPart({ mediaIds: [mediaId] })] });
    expect(await claim('execution-1')).toMatchObject({ path: 'media', parts: [{ part: 0 }] });
    expect(await standing()).toEqual([]);
    context.clock.pass(60_000);
    const lastLook = { ...onPost, scheduleVersion: 1, isLastLook: true };
    const sendBy = instantAfter(context.clock.now(), sendLeaseMs);
    expect(await context.run('posts.claim', lastLook, 'execution-1')).toMatchObject({
      path: 'full',
      parts: [{ sendBy }],
    });
    expect(await standing()).toMatchObject([{ sendBy }]);
  });

  test('is not given to an execution that only searches X for the post', async () => {
    await put({ publication: { ...newPublication(noon.toISOString()), lookSince: noon.toISOString() } });
    const looked = await claim('execution-1');
    expect(looked).toMatchObject({ path: 'look' });
    expect(JSON.stringify(looked)).not.toContain('sendBy');
    expect(await standing()).toEqual([]);
  });
});
