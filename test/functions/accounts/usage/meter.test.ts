import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { probe } from '#functions/accounts/account-health/probe.ts';
import { eventsFor } from '#functions/accounts/changes.ts';
import type { Account } from '#functions/accounts/domain/account.ts';
import { postsAllowed, quietApp } from '#functions/accounts/domain/app-state.ts';
import { readPosts } from '#functions/accounts/metrics/read-posts.ts';
import { publishPart } from '#functions/accounts/publishing/publish-part.ts';
import { correctUsage, doubtfulUsages, tallyUsage } from '#functions/accounts/usage/tally.ts';
import { newId } from '#shared/ids.ts';
import { author, type Lab, openLab, pace, partOn } from '../harness.ts';

let lab: Lab;
let account: Account;
beforeEach(async () => {
  lab = await openLab();
  account = await lab.connect('acme_coffee');
});
afterEach(() => lab.sandbox.close());

const createPost = { method: 'POST', path: '/2/tweets' };
const month = (): string => lab.deps.now().toISOString().slice(0, 7);
const day = (): string => lab.deps.now().toISOString().slice(0, 10);
const usage = async () => lab.deps.usage.find(account.workspaceId, month());
const spent = async (): Promise<number> => (await usage())?.spentMicros ?? 0;
const setBudget = (micros: number | null, version = 1) => lab.deps.budgets.learn(account.workspaceId, version, micros);
const told = (): string[] =>
  lab.memory.changes.flatMap((change) => eventsFor(change)).map(({ definition }) => definition.type);

describe('what X costs', () => {
  test('is what X itself bills: posts with and without a link, reads, alt text, deletions', async () => {
    await lab.publish(partOn(account));
    const linked = partOn(account, {
      text: 'See https://example.com',
      hasUrl: true,
      campaignId: newId('cmp', new Date()),
    });
    const out = await lab.publish(linked);
    expect(out).toMatchObject({ outcome: 'published', costMicros: 200_000 });
    const [post] = await lab.posts();
    for (let times = 0; times < 2; times += 1) {
      await readPosts(
        lab.deps,
        { workspaceId: account.workspaceId, accountId: account.id, xPostIds: [post?.id ?? ''] },
        author,
      );
    }
    await probe(lab.deps, { workspaceId: account.workspaceId, accountId: account.id }, author);
    expect(await spent()).toBe(await lab.billedByX());
    const { kinds, accounts, campaigns } = (await usage()) ?? {};
    expect(kinds).toMatchObject({
      post_create: { count: 1, micros: 15_000 },
      post_create_with_url: { count: 1, micros: 200_000 },
      post_read: { count: 1, micros: 5_000 },
      user_read: { count: 1, micros: 10_000 },
    });
    expect(accounts).toEqual({ [account.id]: await spent() });
    expect(campaigns).toEqual({ [linked.campaignId ?? '']: 200_000 });
    expect(await lab.deps.usage.ofPost(account.workspaceId, linked.postId)).toMatchObject([{ micros: 200_000 }]);
  });

  test.each(['before', 'after'] as const)(
    'is counted once when the answer is lost %s X has the post',
    async (phase) => {
      await lab.faults({ ...createPost, fault: { kind: 'cut', phase } });
      const outcomes = await lab.publishToTheEnd(partOn(account));
      expect(outcomes.at(-1)).toMatchObject({ outcome: 'published', costMicros: 15_000 });
      expect(await spent()).toBe(await lab.billedByX());
    },
  );

  test('of a post that X refuses is taken back', async () => {
    await lab.faults({ ...createPost, fault: { kind: 'forbidden', reason: 'notPermitted' } });
    expect(await lab.publish(partOn(account))).toMatchObject({ outcome: 'refused' });
    expect(await spent()).toBe(await lab.billedByX());
    expect((await usage())?.postsOfDay[day().slice(8)]).toBe(0);
  });

  test('of a post that never landed and is wanted no more is taken back', async () => {
    await lab.faults({ ...createPost, fault: { kind: 'cut', phase: 'before' } });
    const part = partOn(account);
    await lab.publish(part);
    expect(await spent()).toBe((await lab.billedByX()) + 15_000);
    lab.advance(pace.settleMs);
    expect(await lab.publish({ ...part, isWithheld: true })).toEqual({ outcome: 'withheld' });
    expect(await spent()).toBe(await lab.billedByX());
  });

  test('counted for a process that died before its intent is corrected, once nobody is in between', async () => {
    const save = () => Promise.reject(new Error('killed'));
    const dying = { ...lab.deps, publications: { ...lab.deps.publications, save } };
    await expect(publishPart(dying, partOn(account), author)).rejects.toThrow('killed');
    const before = await spent();
    expect(before).toBe((await lab.billedByX()) + 15_000);

    const { doubts, next } = await doubtfulUsages(lab.deps, 0);
    expect([doubts.length, next]).toEqual([1, null]);
    const [doubt] = doubts;
    if (!doubt) throw new Error('no doubt');
    // Somebody publishes between the two looks: what was found says nothing any more.
    await lab.publish(partOn(account, { text: 'Meanwhile' }));
    expect(await correctUsage(lab.deps, doubt)).toBe(false);
    const [again] = (await doubtfulUsages(lab.deps, 0)).doubts;
    if (!again) throw new Error('no doubt');
    expect(await correctUsage(lab.deps, again)).toBe(true);
    expect(await spent()).toBe(await lab.billedByX());
    expect((await doubtfulUsages(lab.deps, 0)).doubts).toEqual([]);
  });
});

describe('a budget', () => {
  test('that a post would exceed keeps it back before X is asked; raised, it lets it go', async () => {
    const already = await spent();
    await setBudget(already + 20_000);
    expect(await lab.publish(partOn(account))).toMatchObject({ outcome: 'published' });
    const held = partOn(account, { text: 'One too many' });
    expect(await lab.publish(held)).toMatchObject({ outcome: 'over_budget', code: 'budget_exhausted' });
    expect(await lab.posts()).toHaveLength(1);
    expect(await spent()).toBe(already + 15_000);
    expect((await usage())?.exhaustedAt).not.toBeNull();
    await setBudget(already + 40_000, 2);
    expect(await lab.publish(held)).toMatchObject({ outcome: 'published' });
  });

  test('holds for posts that are sent at the same time', async () => {
    await setBudget((await spent()) + 3 * 15_000);
    const parts = Array.from({ length: 10 }, (_, place) => partOn(account, { text: `At once ${place}` }));
    const outcomes = await Promise.all(parts.map((part) => lab.publish(part)));
    expect(outcomes.filter(({ outcome }) => outcome === 'published')).toHaveLength(3);
    expect(outcomes.filter(({ outcome }) => outcome === 'over_budget')).toHaveLength(7);
  });

  test('warns at a half and at four fifths, says when it is spent, once each', async () => {
    await setBudget((await spent()) + 5 * 15_000);
    for (let place = 0; place < 7; place += 1) await lab.publish(partOn(account, { text: `Spending ${place}` }));
    const budgetEvents = told().filter((type) => type.startsWith('budget.'));
    expect(budgetEvents).toEqual(['budget.warning', 'budget.warning', 'budget.exhausted']);
  });

  test('lets a thread begin only when it allows all of it, and then lets it end', async () => {
    const already = await spent();
    await setBudget(already + 30_000);
    const first = partOn(account, { text: 'One of three', later: { plain: 2, withUrl: 0 } });
    expect(await lab.publish(first)).toMatchObject({ outcome: 'over_budget' });
    expect(await lab.posts()).toEqual([]);
    await setBudget(already + 45_000, 2);
    expect(await lab.publish(first)).toMatchObject({ outcome: 'published' });
    // Somebody lowers the budget meanwhile: what has begun goes on.
    await setBudget(already, 3);
    for (const part of [1, 2]) {
      const next = { ...first, part, text: `Part ${part}`, later: { plain: 0, withUrl: 0 } };
      expect(await lab.publish(next)).toMatchObject({ outcome: 'published' });
    }
    const withLinks = partOn(account, { text: 'Links later', later: { plain: 0, withUrl: 1 } });
    await setBudget((await spent()) + 200_000, 4);
    expect(await lab.publish(withLinks)).toMatchObject({ outcome: 'over_budget' });
  });

  test('of nothing lets nothing out', async () => {
    await setBudget(0);
    expect(await lab.publish(partOn(account))).toMatchObject({ outcome: 'over_budget' });
    expect(await lab.posts()).toEqual([]);
  });
});

describe('the app as a whole', () => {
  test('has its posts of the day counted, and every workspace is told what it has spent, when it changed', async () => {
    await lab.publish(partOn(account));
    expect(await tallyUsage(lab.deps)).toEqual({ told: 1 });
    expect(await lab.deps.app.read()).toMatchObject({ day: day(), postsToday: 1, workspacesToday: 1 });
    expect(told().filter((type) => type === 'usage.tallied')).toHaveLength(1);
    expect(await tallyUsage(lab.deps)).toEqual({ told: 0 });
  });

  test('shares what is left of a day between its workspaces', async () => {
    const deps = { ...lab.deps, appPostsPerDay: 10 };
    // Another workspace has sent six: this one may send its half.
    await lab.deps.app.count(day(), 6, 2);
    const outcomes = [];
    for (let place = 0; place < 6; place += 1) {
      outcomes.push(await publishPart(deps, partOn(account, { text: `Share ${place}` }), author));
    }
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([...Array<string>(5).fill('published'), 'rate_limited']);
    expect(outcomes.at(-1)).toMatchObject({ code: 'app_posts_used' });
    const { retryAt } = outcomes.at(-1) as { retryAt: string };
    expect(retryAt.slice(11, 16)).toBe('00:00');
    expect(Date.parse(retryAt)).toBeGreaterThan(lab.deps.now().getTime());
  });

  test('never sends more than X takes, and never bounds anybody while half is left', () => {
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
  ])('is stopped when %s, for all accounts, and goes on by itself', async (_, fault, code) => {
    const other = await lab.connect('acme_premium');
    await lab.faults({ ...createPost, fault });
    expect(await lab.publish(partOn(account))).toMatchObject({ outcome: 'rate_limited', code });
    expect(lab.rung).toHaveLength(1);
    const callsBefore = (await lab.requests()).length;
    const waiting = partOn(other, { text: 'Another account' });
    const held = await lab.publish(waiting);
    expect(held).toMatchObject({ outcome: 'rate_limited', code });
    expect(await lab.requests()).toHaveLength(callsBefore);
    lab.advance(pace.appPauseMs);
    expect(await lab.publish(waiting)).toMatchObject({ outcome: 'published' });
    expect(lab.rung).toHaveLength(1);
  });

  test('reads no more when its cap of reads is reached, and still publishes', async () => {
    await lab.publish(partOn(account));
    const [post] = await lab.posts();
    const read = () =>
      readPosts(
        lab.deps,
        { workspaceId: account.workspaceId, accountId: account.id, xPostIds: [post?.id ?? ''] },
        author,
      );
    await lab.faults({ method: 'GET', path: '/2/tweets', fault: { kind: 'rateLimit', headers: 'usageCap' } });
    expect(await read()).toMatchObject({ outcome: 'rate_limited' });
    const callsBefore = (await lab.requests()).length;
    expect(await read()).toMatchObject({ outcome: 'rate_limited' });
    expect(await lab.requests()).toHaveLength(callsBefore);
    expect(await lab.publish(partOn(account, { text: 'Still here' }))).toMatchObject({ outcome: 'published' });
  });
});

test('sweeps leave what is left of a scarce limit to what cannot wait', async () => {
  await lab.publish(partOn(account));
  const [post] = await lab.posts();
  const resetAt = new Date(lab.deps.now().getTime() + 60_000).toISOString();
  await lab.deps.limits.save(account.workspaceId, account.id, 'lookup', { remaining: 3, resetAt });
  await lab.deps.limits.save(account.workspaceId, account.id, 'me', { remaining: 3, resetAt });
  const of = { workspaceId: account.workspaceId, accountId: account.id };
  expect(await readPosts(lab.deps, { ...of, xPostIds: [post?.id ?? ''] }, author)).toMatchObject({
    outcome: 'rate_limited',
  });
  expect(await probe(lab.deps, of, author, { yields: true })).toEqual({ outcome: 'untold' });
  // A person who asks is answered.
  expect(await probe(lab.deps, of, author)).toMatchObject({ outcome: 'told' });
});
