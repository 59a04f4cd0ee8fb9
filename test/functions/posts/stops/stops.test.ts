import { beforeEach, describe, expect, test } from 'vitest';
import { PublishingResumed } from '#events/posts.ts';
import { sendLeaseMs } from '#events/publishing.ts';
import type { Post } from '#functions/posts/domain/post.ts';
import { newPublication } from '#functions/posts/domain/post.ts';
import type { ResumePolicy } from '#functions/posts/domain/stops.ts';
import * as onX from '#functions/posts/on-x/contract.ts';
import * as contract from '#functions/posts/stops/contract.ts';
import { newId } from '#shared/ids.ts';
import { minuteMs } from '#shared/time.ts';
import { owner } from '#test/support/http-event.ts';
import { type Harness, harness } from '../harness.ts';
import { accountId, aPart, aScheduledPost, author, noon, otherAccountId, out, workspaceId } from '../samples.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
  await context.deps.accounts.learn(workspaceId, 1, {
    accountId: otherAccountId,
    isConnected: true,
    maxWeightedLength: 280,
  });
});

/** As people write: without a full stop. */
const reason = 'prices wrong';
const { stopWorkspace, stopAccount, resumeWorkspace, resumeAccount, getStops } = contract;
const stop = (of?: string) => {
  const operation = of === undefined ? stopWorkspace : stopAccount;
  const path = of === undefined ? {} : { path: { accountId: of } };
  return context.ask(operation, operation.response, { ...path, body: { reason } });
};
const late: ResumePolicy = { kind: 'publish_late', withinMinutes: 60 };
const resume = (policy: ResumePolicy = late, { of, preview = false }: { of?: string; preview?: boolean } = {}) => {
  const operation = of === undefined ? resumeWorkspace : resumeAccount;
  const path = of === undefined ? {} : { path: { accountId: of } };
  return context.ask(operation, operation.response, { ...path, body: { policy, preview } });
};
let texts = 0;
const put = (said: Partial<Post> = {}) =>
  context.deps.posts.create(
    aScheduledPost({ id: newId('pst', noon), parts: [aPart({ text: `Post ${(texts += 1)}` })], ...said }),
    author,
  );
const claim = ({ id: postId, scheduleVersion }: Post, execution = 'execution-1') =>
  context.run('posts.claim', { workspaceId, postId, scheduleVersion }, execution);
const record = ({ id: postId }: Post, parts: object[], execution = 'execution-1') =>
  context.run('posts.record', { workspaceId, postId, parts }, execution);
const stored = ({ id }: Post) => context.deps.posts.get(workspaceId, id);
const published = (part = 0) => ({
  outcome: 'published',
  part,
  xPostId: `${part + 1}`,
  publishedAt: noon.toISOString(),
});
const told = () =>
  context
    .events()
    .map(({ definition }) => definition.type)
    .filter((type) => type.startsWith('publishing.'));

describe('a stop', () => {
  test.each([
    ['of the workspace', undefined, 'workspace_stopped', 'workspace_stopped', 'the whole workspace'],
    ['of an account', accountId, 'account_stopped', undefined, 'this account'],
  ])('%s holds due posts, and states who stopped publishing, when and why', async (_, of, code, other, what) => {
    const { status, body } = await stop(of);
    const said = { by: owner.personId, at: noon.toISOString(), reason, accountId: of ?? null };
    expect({ status, body }).toEqual({ status: 200, body: { stop: said, wentOut: 0, held: 0 } });
    const post = await put();
    expect(await claim(post)).toEqual({ outcome: 'stopped' });
    const why = `Publishing is stopped for ${what}. Managers, admins and owners can resume it. Reason: ${reason}`;
    const problem = { code, reason: why };
    expect(await stored(post)).toMatchObject({
      status: 'held',
      problem,
      claimedBy: null,
      publication: { attempts: 0 },
    });
    const elsewhere = await put({ accountId: otherAccountId });
    expect(await claim(elsewhere)).toMatchObject({ outcome: other === undefined ? 'go' : 'stopped' });
    const { body: shown } = await context.ask(getStops, getStops.response);
    const ofAccounts = of === undefined ? [] : [said];
    expect(shown).toEqual({
      workspace: of === undefined ? said : null,
      accounts: ofAccounts,
      held: other === undefined ? 1 : 2,
    });
    expect(told()).toEqual(['publishing.stopped']);
  });

  test('repeated changes nothing and returns the first stop', async () => {
    const { body: first } = await stop();
    context.clock.pass(minuteMs);
    const again = await context.ask(stopWorkspace, stopWorkspace.response, { body: { reason: 'Me too.' } });
    expect(again.body).toEqual(first);
    expect(told()).toEqual(['publishing.stopped']);
  });

  test('returns once the posts in flight have ended, with the number that were published', async () => {
    const [one, other] = [await put(), await put()];
    await claim(one, 'execution-1');
    await claim(other, 'execution-2');
    let polls = 0;
    context.deps.sleep = async (milliseconds) => {
      context.clock.pass(milliseconds);
      polls += 1;
      if (polls === 2) await record(one, [published()], 'execution-1');
      const why = { code: 'x_forbidden', reason: 'X refuses it.' };
      if (polls === 4) await record(other, [{ outcome: 'refused', ...why }], 'execution-2');
    };
    expect((await stop()).body).toMatchObject({ wentOut: 1, held: 0 });
    expect(polls).toBe(4);
  });

  test('of an account does not wait for other accounts, or for leases that begin later', async () => {
    await claim(await put({ accountId: otherAccountId }));
    const post = await put();
    await claim(post, 'execution-2');
    const late = { workspaceId, subjectId: post.id, accountId, execution: 'execution-3' };
    context.deps.sleep = async (milliseconds) => {
      context.clock.pass(milliseconds);
      const landsBy = new Date(noon.getTime() + 10 * minuteMs).toISOString();
      await context.deps.leases.take({ ...late, sendBy: landsBy, landsBy });
      await record(post, [published()], 'execution-2');
    };
    expect((await stop(accountId)).body).toMatchObject({ wentOut: 1 });
  });

  test('returns 503 stop_not_settled while a post may still be published, and 200 after Retry-After', async () => {
    const post = await put();
    await claim(post);
    await record(post, [{ outcome: 'unsettled', retryAt: new Date(noon.getTime() + minuteMs).toISOString() }]);
    const { status, body, headers } = await context.call(stopWorkspace, { body: { reason } });
    expect({ status, body }).toMatchObject({ status: 503, body: { code: 'stop_not_settled' } });
    expect(Number(headers['Retry-After'])).toBe((sendLeaseMs + context.deps.faultPauseMs) / 1000 - 20);
    // It is in force all the same.
    expect(await claim(await put(), 'execution-2')).toEqual({ outcome: 'stopped' });
    context.clock.pass(Number(headers['Retry-After']) * 1000);
    expect((await stop()).status).toBe(200);
    expect(told()).toEqual(['publishing.stopped']);
  });

  test('lets an unsettled post be searched for on X but not sent, and then holds it', async () => {
    const post = await put({ publication: { ...newPublication(noon.toISOString()), isUnsettled: true } });
    await stop();
    const looked = await claim(post);
    expect(looked).toMatchObject({ outcome: 'go', path: 'look' });
    expect(JSON.stringify(looked)).not.toContain('sendBy');
    await record(post, [{ outcome: 'withheld' }]);
    const after = await stored(post);
    expect(await claim(after, 'execution-2')).toEqual({ outcome: 'stopped' });
    expect(await stored(post)).toMatchObject({ status: 'held', problem: { code: 'workspace_stopped' } });
  });

  test('holds the rest of a partly published thread until publishing is resumed', async () => {
    const parts = [aPart({ text: 'one' }), aPart({ text: 'two' })];
    const publication = { ...newPublication(noon.toISOString()), parts: [out()] };
    const post = await put({ parts, publication, status: 'publishing' });
    await stop();
    expect(await claim(post)).toEqual({ outcome: 'stopped' });
    context.clock.pass(24 * 60 * minuteMs);
    expect((await resume({ kind: 'skip' })).body).toMatchObject({ publish: 1, missed: 0 });
    const after = await stored(post);
    expect(after).toMatchObject({ status: 'publishing', problem: null, publication: { parts: [{ xPostId: '1' }] } });
    expect(await claim(after, 'execution-2')).toMatchObject({ outcome: 'go', path: 'full' });
  });

  test('applies at the last check: a post whose files are uploaded is not published', async () => {
    const post = await put();
    await claim(post);
    await context.deps.stops.save(
      {
        workspaceId,
        workspace: { by: owner.personId, at: noon.toISOString(), reason },
        accounts: [],
        resumption: null,
      },
      author,
    );
    const lastLook = { workspaceId, postId: post.id, scheduleVersion: 1, isLastLook: true };
    expect(await context.run('posts.claim', lastLook, 'execution-1')).toEqual({ outcome: 'stopped' });
    expect(await context.deps.leases.standing(workspaceId)).toEqual([]);
  });

  test('of an unknown account returns 404, as does its resumption', async () => {
    const path = { accountId: 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9X' };
    expect(await context.call(stopAccount, { path, body: { reason } })).toMatchObject({ status: 404 });
    expect(await context.call(resumeAccount, { path, body: { policy: late } })).toMatchObject({ status: 404 });
  });
});

describe('a claim concurrent with a resumption', () => {
  test('leaves no post held: it checks again after it has held the post', async () => {
    const post = await put();
    await stop();
    const { posts, stops } = context.deps;
    const save = posts.save.bind(posts);
    // Resumes publishing after the claim has read the stop and before it holds its post.
    posts.save = async (saved, by) => {
      posts.save = save;
      const standing = await stops.find(workspaceId);
      if (standing) await stops.save({ ...standing, workspace: null }, author);
      return save(saved, by);
    };
    expect(await claim(post)).toEqual({ outcome: 'stopped' });
    expect(await stored(post)).toMatchObject({ status: 'scheduled', problem: null, scheduleVersion: 2 });
  });
});

describe('a resumption', () => {
  const dueBefore = (minutes: number) => new Date(noon.getTime() - minutes * minuteMs).toISOString();
  const held = async (minutes: number, said: Partial<Post> = {}) => {
    const policy = { kind: 'publish_late' as const, withinMinutes: 1_440 };
    const post = await put({ publication: newPublication(dueBefore(minutes)), missedPolicy: policy, ...said });
    await claim(post, `execution-${post.id}`);
    return post;
  };

  test.each<[ResumePolicy, object, string, string]>([
    [late, { publish: 1, missed: 1, ask: 0 }, 'scheduled', 'missed'],
    [{ kind: 'skip' }, { publish: 0, missed: 2, ask: 0 }, 'missed', 'missed'],
    [{ kind: 'ask' }, { publish: 0, missed: 0, ask: 2 }, 'held', 'held'],
  ])('by %j does what its preview shows', async (policy, counts, ofNear, ofFar) => {
    await stop();
    const [near, far] = [await held(10), await held(90)];
    await put({ scheduledAt: '2026-11-23T12:00:00.000Z', nextAttemptAt: '2026-11-23T12:00:00.000Z' });
    const shown = (await resume(policy, { preview: true })).body;
    expect(shown).toMatchObject({ isPreview: true, ...counts, stillStopped: 0, ahead: 1 });
    expect(shown.posts.map(({ postId }) => postId)).toEqual([far.id, near.id]);
    expect(await stored(near)).toMatchObject({ status: 'held', problem: { code: 'workspace_stopped' } });
    expect((await context.ask(getStops, getStops.response)).body.held).toBe(2);

    expect((await resume(policy)).body).toEqual({ ...shown, isPreview: false });
    expect(await stored(near)).toMatchObject({ status: ofNear });
    expect(await stored(far)).toMatchObject({ status: ofFar });
    expect((await context.ask(getStops, getStops.response)).body).toEqual({ workspace: null, accounts: [], held: 0 });
    expect(told()).toEqual(['publishing.stopped', 'publishing.resumed']);
  });

  test('replaces the missed policy of the post', async () => {
    await stop();
    const post = await held(3, { missedPolicy: { kind: 'skip' } });
    context.clock.pass(30 * minuteMs);
    await resume();
    expect(await claim(await stored(post), 'execution-2')).toMatchObject({ outcome: 'go' });
  });

  test('leaves posts that another stop holds, and counts them', async () => {
    await stop();
    await stop(otherAccountId);
    const [own, other] = [await held(10), await held(10, { accountId: otherAccountId })];
    expect((await resume()).body).toMatchObject({ publish: 1, stillStopped: 1 });
    expect(await stored(own)).toMatchObject({ status: 'scheduled' });
    expect(await stored(other)).toMatchObject({ status: 'held', problem: { code: 'account_stopped' } });
    expect((await resume(late, { of: otherAccountId })).body).toMatchObject({ publish: 1, stillStopped: 0 });
    expect(await stored(other)).toMatchObject({ status: 'scheduled' });
    expect(told()).toEqual([
      ...['publishing.stopped', 'publishing.stopped', 'publishing.resumed', 'publishing.resumed'],
    ]);
  });

  test('of an account leaves the stop of the workspace in force', async () => {
    await stop(accountId);
    const post = await held(10);
    await stop();
    expect((await resume(late, { of: accountId })).body).toMatchObject({ publish: 0, stillStopped: 1 });
    expect(await stored(post)).toMatchObject({ status: 'held', problem: { code: 'workspace_stopped' } });
  });

  test('that was interrupted is completed by its event, and repeating it changes nothing', async () => {
    await stop();
    const post = await held(10);
    const { stops } = context.deps;
    const standing = await stops.find(workspaceId);
    if (standing)
      await stops.save({ ...standing, workspace: null, resumption: { accountId: null, policy: late } }, author);
    const resumed = context.events().find(({ definition }) => definition === PublishingResumed);
    if (resumed) await context.deliver(resumed);
    expect(await stored(post)).toMatchObject({ status: 'scheduled', problem: null });
    // Posts that nothing holds any more are not written.
    const { version } = await stored(post);
    expect((await resume()).body).toMatchObject({ publish: 0, posts: [] });
    expect(await stored(post)).toMatchObject({ version });
  });
});

describe('a repost', () => {
  const repost = async () => {
    const publication = { ...newPublication(noon.toISOString()), parts: [out()], publishedAt: noon.toISOString() };
    const post = await put({ status: 'published', nextAttemptAt: null, publication });
    const said = await context.call(onX.repostPost, { path: { postId: post.id } });
    return { post, ...said };
  };
  const repostOf = async ({ id }: Post) => {
    const scope = { operation: 'test', workspaceId };
    const [found] = (await context.deps.reposts.list(workspaceId, id, { limit: 1, scope })).items;
    if (!found) throw new Error('There is no repost');
    return found;
  };

  test('is refused with publishing_stopped during a stop', async () => {
    await stop(accountId);
    expect(await repost()).toMatchObject({ status: 409, body: { code: 'publishing_stopped' } });
  });

  test('requested before a stop is made under a lease, or fails when the stop comes first', async () => {
    const { post } = await repost();
    const { id: repostId } = await repostOf(post);
    const asked = { workspaceId, postId: post.id, repostId };
    const go = { outcome: 'go', sendBy: new Date(noon.getTime() + sendLeaseMs).toISOString() };
    expect(await context.run('posts.claimRepost', asked, 'execution-1')).toEqual(go);
    expect(await context.deps.leases.standing(workspaceId)).toMatchObject([{ subjectId: repostId }]);
    await context.run('posts.recordRepost', { ...asked, met: { outcome: 'done' } }, 'execution-1');
    expect(await context.deps.leases.standing(workspaceId)).toEqual([]);
    expect(await context.run('posts.claimRepost', asked, 'execution-1')).toEqual({ outcome: 'skip' });

    const { post: next } = await repost();
    const { id } = await repostOf(next);
    await stop();
    const later = { workspaceId, postId: next.id, repostId: id };
    expect(await context.run('posts.claimRepost', later, 'execution-2')).toEqual({ outcome: 'stopped' });
    expect(await repostOf(next)).toMatchObject({ status: 'failed', problem: { code: 'workspace_stopped' } });
    expect(await context.deps.leases.standing(workspaceId)).toEqual([]);
  });
});
