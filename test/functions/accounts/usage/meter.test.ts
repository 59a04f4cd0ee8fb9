import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { probe } from '#functions/accounts/account-health/probe.ts';
import type { Account } from '#functions/accounts/domain/account.ts';
import { postsAllowed } from '#functions/accounts/domain/app-share.ts';
import { quietApp } from '#functions/accounts/domain/app-state.ts';
import { readPosts } from '#functions/accounts/post-readings/read-posts.ts';
import { deletePost } from '#functions/accounts/publishing/own-posts.ts';
import { publishPart } from '#functions/accounts/publishing/publish-part.ts';
import { uploadMedia } from '#functions/accounts/publishing/upload-media.ts';
import { correctUsage, doubtfulUsages, tallyUsage } from '#functions/accounts/usage/tally.ts';
import { newId } from '#shared/ids.ts';
import { dayMs } from '#shared/time.ts';
import { png } from '#test/support/media-samples.ts';
import { author, type Harness, harness, pace, partOn } from '../harness.ts';

let context: Harness;
let account: Account;
beforeEach(async () => {
  context = await harness();
  account = await context.connect('acme_coffee');
});
afterEach(() => context.sandbox.close());

const createPost = { method: 'POST', path: '/2/tweets' };
const month = (): string => context.deps.now().toISOString().slice(0, 7);
const day = (): string => context.deps.now().toISOString().slice(0, 10);
const usage = async () => context.deps.usage.find(account.workspaceId, month());
const spent = async (): Promise<number> => (await usage())?.spentMicros ?? 0;
const setBudget = (micros: number | null, version = 1) =>
  context.deps.budgets.learn(account.workspaceId, version, {
    ...{ monthlyBudgetMicros: micros, monthlyReadBudgetMicros: null },
  });
const told = (): string[] => context.events().map(({ definition }) => definition.type);

describe('the usage of X', () => {
  test('is what X bills: posts with and without a link, alt text, deletions, post reads and user reads', async () => {
    await context.publish(partOn(account));
    const linked = partOn(account, {
      text: 'See https://example.com',
      hasUrl: true,
      campaignId: newId('cmp', new Date()),
    });
    const out = await context.publish(linked);
    expect(out).toMatchObject({ outcome: 'published', costMicros: 200_000 });
    const [post] = await context.posts();
    for (let times = 0; times < 2; times += 1) {
      await readPosts(
        context.deps,
        { workspaceId: account.workspaceId, accountId: account.id, xPostIds: [post?.id ?? ''] },
        author,
      );
    }
    await probe(context.deps, { workspaceId: account.workspaceId, accountId: account.id }, author);
    const to = { workspaceId: account.workspaceId, accountId: account.id, campaignId: null };
    const [file, objectKey] = [png(), `${account.workspaceId}/coffee`];
    context.files.set(objectKey, file);
    const media = { mediaId: newId('med', new Date()), objectKey, contentType: 'image/png', bytes: file.length };
    const described = { ...media, altText: 'A cup of coffee', etag: null, subtitles: [] };
    const uploading = { ...to, postId: newId('pst', new Date()), media: described };
    expect(await uploadMedia(context.deps, uploading, author)).toEqual({ outcome: 'ready' });
    const deleted = { ...to, postId: newId('pst', new Date()), xPostId: post?.id ?? '' };
    expect(await deletePost(context.deps, deleted, author)).toEqual({ outcome: 'done' });
    expect(await spent()).toBe(await context.billedByX());
    const { kinds, accounts, campaigns } = (await usage()) ?? {};
    expect(kinds).toMatchObject({
      post_create: { count: 1, micros: 15_000 },
      post_create_with_url: { count: 1, micros: 200_000 },
      media_metadata: { count: 1 },
      post_delete: { count: 1 },
      post_read: { count: 1, micros: 5_000 },
      user_read: { count: 1, micros: 10_000 },
    });
    expect(accounts).toEqual({ [account.id]: await spent() });
    expect(campaigns).toEqual({ [linked.campaignId ?? '']: 200_000 });
    expect(await context.deps.usage.ofPost(account.workspaceId, linked.postId)).toMatchObject([{ micros: 200_000 }]);
  });

  test.each(['before', 'after'] as const)(
    'is counted once when the answer is lost %s X has the post',
    async (phase) => {
      await context.faults({ ...createPost, fault: { kind: 'cut', phase } });
      const outcomes = await context.publishToTheEnd(partOn(account));
      expect(outcomes.at(-1)).toMatchObject({ outcome: 'published', costMicros: 15_000 });
      expect(await spent()).toBe(await context.billedByX());
    },
  );

  test('of a post that X refuses is deducted again', async () => {
    await context.faults({ ...createPost, fault: { kind: 'forbidden', reason: 'notPermitted' } });
    expect(await context.publish(partOn(account))).toMatchObject({ outcome: 'refused' });
    expect(await spent()).toBe(await context.billedByX());
    expect((await usage())?.postsOfDay[day().slice(8)]).toBe(0);
  });

  test('of a post that never arrived and is withheld is deducted again', async () => {
    await context.faults({ ...createPost, fault: { kind: 'cut', phase: 'before' } });
    const part = partOn(account);
    await context.publish(part);
    expect(await spent()).toBe((await context.billedByX()) + 15_000);
    context.clock.pass(pace.settleMs);
    expect(await context.publish({ ...part, isWithheld: true })).toEqual({ outcome: 'withheld' });
    expect(await spent()).toBe(await context.billedByX());
  });

  test('of a post that is withheld after midnight is deducted from the day on which it was counted', async () => {
    await context.faults({ ...createPost, fault: { kind: 'cut', phase: 'before' } });
    const part = partOn(account);
    await context.publish(part);
    const [sentOn, sentIn] = [day().slice(8), month()];
    context.clock.pass(dayMs);
    expect(await context.publish({ ...part, isWithheld: true })).toEqual({ outcome: 'withheld' });
    const counted = await context.deps.usage.find(account.workspaceId, sentIn);
    expect(counted?.postsOfDay).toEqual({ [sentOn]: 0 });
  });

  test('of a process that died before saving its intent is corrected, unless something was published in between', async () => {
    const save = () => Promise.reject(new Error('killed'));
    const dying = { ...context.deps, publications: { ...context.deps.publications, save } };
    await expect(publishPart(dying, partOn(account), author)).rejects.toThrow('killed');
    const before = await spent();
    expect(before).toBe((await context.billedByX()) + 15_000);

    const { doubts, next } = await doubtfulUsages(context.deps, 0);
    expect([doubts.length, next]).toEqual([1, null]);
    const [doubt] = doubts;
    if (!doubt) throw new Error('no doubt');
    // A post is published between the two looks, so that the first finding no longer holds.
    await context.publish(partOn(account, { text: 'Meanwhile' }));
    expect(await correctUsage(context.deps, doubt)).toBe(false);
    const [again] = (await doubtfulUsages(context.deps, 0)).doubts;
    if (!again) throw new Error('no doubt');
    expect(await correctUsage(context.deps, again)).toBe(true);
    expect(await spent()).toBe(await context.billedByX());
    expect((await doubtfulUsages(context.deps, 0)).doubts).toEqual([]);
  });
});

describe('a budget', () => {
  test('that a post would exceed holds it back before X is called, until the budget is raised', async () => {
    const already = await spent();
    await setBudget(already + 20_000);
    expect(await context.publish(partOn(account))).toMatchObject({ outcome: 'published' });
    const held = partOn(account, { text: 'One too many' });
    expect(await context.publish(held)).toMatchObject({ outcome: 'over_budget', code: 'budget_exhausted' });
    expect(await context.posts()).toHaveLength(1);
    expect(await spent()).toBe(already + 15_000);
    expect((await usage())?.exhaustedAt).not.toBeNull();
    await setBudget(already + 40_000, 2);
    expect(await context.publish(held)).toMatchObject({ outcome: 'published' });
  });

  test('holds for concurrent posts', async () => {
    await setBudget((await spent()) + 3 * 15_000);
    const parts = Array.from({ length: 10 }, (_, place) => partOn(account, { text: `At once ${place}` }));
    const outcomes = await Promise.all(parts.map((part) => context.publish(part)));
    expect(outcomes.filter(({ outcome }) => outcome === 'published')).toHaveLength(3);
    expect(outcomes.filter(({ outcome }) => outcome === 'over_budget')).toHaveLength(7);
  });

  test('emits a warning at a half and at four fifths, and an event when it is exhausted, once each', async () => {
    await setBudget((await spent()) + 5 * 15_000);
    for (let place = 0; place < 7; place += 1) await context.publish(partOn(account, { text: `Spending ${place}` }));
    const budgetEvents = told().filter((type) => type.startsWith('budget.'));
    expect(budgetEvents).toEqual(['budget.warning', 'budget.warning', 'budget.exhausted']);
  });

  test('lets a thread start only if it covers all of it, and then lets it finish', async () => {
    const already = await spent();
    await setBudget(already + 30_000);
    const first = partOn(account, { text: 'One of three', later: { plain: 2, withUrl: 0 } });
    expect(await context.publish(first)).toMatchObject({ outcome: 'over_budget' });
    expect(await context.posts()).toEqual([]);
    await setBudget(already + 45_000, 2);
    expect(await context.publish(first)).toMatchObject({ outcome: 'published' });
    // The budget is lowered meanwhile: a thread that has started goes on.
    await setBudget(already, 3);
    for (const part of [1, 2]) {
      const next = { ...first, part, text: `Part ${part}`, later: { plain: 0, withUrl: 0 } };
      expect(await context.publish(next)).toMatchObject({ outcome: 'published' });
    }
    const withLinks = partOn(account, { text: 'Links later', later: { plain: 0, withUrl: 1 } });
    await setBudget((await spent()) + 200_000, 4);
    expect(await context.publish(withLinks)).toMatchObject({ outcome: 'over_budget' });
  });

  test('of zero holds back every post', async () => {
    await setBudget(0);
    expect(await context.publish(partOn(account))).toMatchObject({ outcome: 'over_budget' });
    expect(await context.posts()).toEqual([]);
  });
});

describe('the app as a whole', () => {
  test('has its posts of the day counted, and emits usage.tallied for a workspace only when its usage changed', async () => {
    await context.publish(partOn(account));
    expect(await tallyUsage(context.deps)).toEqual({ told: 1 });
    expect(await context.deps.app.read()).toMatchObject({ day: day(), postsToday: 1, workspacesToday: 1 });
    expect(told().filter((type) => type === 'usage.tallied')).toHaveLength(1);
    expect(await tallyUsage(context.deps)).toEqual({ told: 0 });
  });

  test('shares the remaining posts of a day between its workspaces', async () => {
    const deps = { ...context.deps, appPostsPerDay: 10 };
    // Another workspace has sent six: this one may send its half.
    await context.deps.app.count(day(), 6, 2);
    const outcomes = [];
    for (let place = 0; place < 6; place += 1) {
      outcomes.push(await publishPart(deps, partOn(account, { text: `Share ${place}` }), author));
    }
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([...Array<string>(5).fill('published'), 'rate_limited']);
    expect(outcomes.at(-1)).toMatchObject({ code: 'app_posts_used' });
    const { retryAt } = outcomes.at(-1) as { retryAt: string };
    expect(retryAt.slice(11, 16)).toBe('00:00');
    expect(Date.parse(retryAt)).toBeGreaterThan(context.deps.now().getTime());
  });

  test('never sends more than X allows, and limits nobody while half is left', () => {
    const counts = fc.record({ posts: fc.nat(12_000), workspaces: fc.integer({ min: 0, max: 3_000 }) });
    fc.assert(
      fc.property(counts, ({ posts, workspaces }) => {
        const allowed = postsAllowed(
          { ...quietApp('2026-11-25'), postsToday: posts, workspacesToday: workspaces },
          10_000,
        );
        if (posts < 5_000) expect(allowed).toBe(Infinity);
        else if (posts >= 9_800) expect(allowed).toBe(0);
        else expect(allowed).toBeGreaterThanOrEqual(10_000 / Math.max(1, workspaces));
      }),
    );
  });

  test.each([
    ['its credits are spent', { kind: 'creditsDepleted' }, 'x_credits_spent'],
    ['its spending limit is reached', { kind: 'forbidden', reason: 'spendCap' }, 'x_spend_capped'],
    ['X does not know it', { kind: 'forbidden', reason: 'clientForbidden' }, 'x_app_not_enrolled'],
  ])('is paused for all accounts when %s, and resumes by itself', async (_, fault, code) => {
    const other = await context.connect('acme_premium');
    await context.faults({ ...createPost, fault });
    expect(await context.publish(partOn(account))).toMatchObject({ outcome: 'rate_limited', code });
    expect(context.rung).toHaveLength(1);
    const callsBefore = (await context.requests()).length;
    const waiting = partOn(other, { text: 'Another account' });
    const held = await context.publish(waiting);
    expect(held).toMatchObject({ outcome: 'rate_limited', code });
    expect(await context.requests()).toHaveLength(callsBefore);
    context.clock.pass(pace.appPauseMs);
    expect(await context.publish(waiting)).toMatchObject({ outcome: 'published' });
    expect(context.rung).toHaveLength(1);
  });

  test('reads no more when its read cap is reached, but still publishes', async () => {
    await context.publish(partOn(account));
    const [post] = await context.posts();
    const read = () =>
      readPosts(
        context.deps,
        { workspaceId: account.workspaceId, accountId: account.id, xPostIds: [post?.id ?? ''] },
        author,
      );
    await context.faults({ method: 'GET', path: '/2/tweets', fault: { kind: 'rateLimit', headers: 'usageCap' } });
    expect(await read()).toMatchObject({ outcome: 'rate_limited' });
    const callsBefore = (await context.requests()).length;
    expect(await read()).toMatchObject({ outcome: 'rate_limited' });
    expect(await context.requests()).toHaveLength(callsBefore);
    expect(await context.publish(partOn(account, { text: 'Still here' }))).toMatchObject({ outcome: 'published' });
  });
});

test('sweeps leave the rest of a scarce limit to what cannot wait', async () => {
  await context.publish(partOn(account));
  const [post] = await context.posts();
  const resetAt = new Date(context.deps.now().getTime() + 60_000).toISOString();
  await context.deps.limits.save(account.workspaceId, account.id, 'lookup', { remaining: 3, resetAt });
  await context.deps.limits.save(account.workspaceId, account.id, 'me', { remaining: 3, resetAt });
  const of = { workspaceId: account.workspaceId, accountId: account.id };
  expect(await readPosts(context.deps, { ...of, xPostIds: [post?.id ?? ''] }, author)).toMatchObject({
    outcome: 'rate_limited',
  });
  expect(await probe(context.deps, of, author, { yields: true })).toEqual({ outcome: 'untold' });
  // The request of a person is carried out.
  expect(await probe(context.deps, of, author)).toMatchObject({ outcome: 'told' });
});
