import { describe, expect, test } from 'vitest';
import { Rehearsal, RehearsalSettings } from '#functions/campaigns/domain/rehearsal.ts';
import { account, accountId, budget, linked, plain, slotKey } from '../launch/sample.ts';
import { at, duePost, ends, exact, play, posts } from './sample.ts';

const minutes = (count: number): number => count * 60;

test('without faults all posts are published on time at their cost', () => {
  const rehearsal = Rehearsal.parse(play({ slots: [...posts(2, 60), duePost(2, 120, { parts: [linked] })] }));
  expect(rehearsal).toMatchObject({
    seed: 'seed',
    outcomes: { published: 3, failed: 0, held: 0, missed: 0 },
    lateness: { p50Ms: 0, p99Ms: 0, longestMs: 0 },
    spent: { micros: 230_000, posts: 3 },
    pausedAt: null,
    limitDays: [],
  });
  expect(rehearsal.slots[2]).toEqual({
    slotKey: slotKey(2),
    accountId: accountId(1),
    outcome: 'published',
    dueAt: at(120),
    publishedAt: at(120),
    latenessMs: 0,
    tries: 1,
    costMicros: 200_000,
    code: null,
    reason: null,
  });
});

test.each(['0000-01-01T00:00:00Z', '2020-02-29T12:00:00Z', '9999-12-31T23:59:59.999Z'])(
  'a rehearsal accepts any time, such as %s',
  (publishAt) => {
    const pace = { ...exact, dispatchMs: [1_000, 3_000] } as const;
    const rehearsal = play({ slots: [{ ...duePost(1, 0, { parts: [plain, linked] }), publishAt }], pace });
    expect(Rehearsal.parse(rehearsal)).toMatchObject({ outcomes: { published: 1 }, spent: { micros: 215_000 } });
  },
);

test('a thread is published part by part', () => {
  const rehearsal = play({ slots: [duePost(1, 0, { parts: [plain, linked, plain] })] });
  expect(rehearsal.slots[0]).toMatchObject({ publishedAt: '2026-12-01T00:00:02.000Z', latenessMs: 0, tries: 3 });
  expect(rehearsal.spent).toEqual({ micros: 230_000, posts: 1 });
});

test('lateness includes the dispatch delay', () => {
  const { lateness } = play({ slots: posts(200, 60), pace: { ...exact, dispatchMs: [1_000, 3_000] } });
  expect(lateness?.p50Ms).toBeGreaterThan(1_700);
  expect(lateness?.p50Ms).toBeLessThan(2_300);
  expect(lateness?.longestMs).toBeLessThanOrEqual(3_000);
  expect(lateness?.p99Ms).toBeGreaterThan(2_900);
});

describe('limits of X', () => {
  test('make an account wait for the end of its window, and are reported by day', () => {
    const rehearsal = play({ slots: posts(5, 1), limits: { accountPostsPerWindow: 2 } });
    expect(ends(rehearsal)).toEqual([0, 0, minutes(13), minutes(12), minutes(26)]);
    expect(rehearsal.limitDays).toEqual([
      { day: '2026-12-01', limit: 'account_window', accountId: accountId(1), slots: 3 },
    ]);
  });

  test('of one account do not delay another', () => {
    const slots = [duePost(1, 0), duePost(2, 1), duePost(3, 1, { account: 2 })];
    expect(ends(play({ slots, limits: { accountPostsPerWindow: 1 } }))).toEqual([0, minutes(14), 0]);
  });

  test('per account and day last until midnight (UTC)', () => {
    const rehearsal = play({ slots: posts(3, 60), limits: { accountPostsPerDay: 2 } });
    expect(ends(rehearsal)).toEqual([0, 0, minutes(22 * 60)]);
    expect(rehearsal.limitDays[0]).toMatchObject({ limit: 'account_day' });
  });

  test('of the app reserve the last fiftieth, and count the posts of others', () => {
    const limits = { appPostsPerDay: 100 };
    // By noon others have published 96: two more fit.
    const slots = [duePost(1, 720), duePost(2, 720), duePost(3, 720)];
    const rehearsal = play({ slots, limits, othersPerDay: 192 });
    expect(ends(rehearsal)).toEqual([0, 0, minutes(720)]);
    expect(rehearsal.limitDays).toEqual([{ day: '2026-12-01', limit: 'app_day', accountId: null, slots: 1 }]);
  });

  test('of the app give a workspace its even share once half is used', () => {
    const changes = { slots: posts(4, 1), limits: { appPostsPerDay: 6 }, lateness: { kind: 'skip' as const } };
    // Three are published, half of six: each of two workspaces has three.
    expect(ends(play({ ...changes, otherWorkspaces: 1 }))).toEqual([0, 0, 0, 'missed']);
    expect(ends(play({ ...changes, otherWorkspaces: 0 }))).toEqual([0, 0, 0, 0]);
  });
});

describe('a send without an answer', () => {
  const unknown = (landedShare: number) => ({ noAnswerShare: 1, landedShare });

  test('is found once it has settled, and billed once, if X published it', () => {
    const rehearsal = play({ slots: posts(1, 1), faults: unknown(1) });
    expect(rehearsal.slots[0]).toMatchObject({ publishedAt: at(0), tries: 1, costMicros: 15_000 });
  });

  test('is retried if X did not publish it, until the post is held with gave_up', () => {
    const rehearsal = play({ slots: posts(1, 1), faults: unknown(0) });
    expect(rehearsal.slots[0]).toMatchObject({ outcome: 'held', code: 'gave_up', tries: 20, costMicros: 0 });
  });

  test('is found after an outage if X published it', () => {
    const outages = [{ from: at(1), to: at(10) }];
    const rehearsal = play({ slots: posts(1, 1), faults: { ...unknown(1), outages } });
    expect(rehearsal.slots[0]).toMatchObject({ outcome: 'published', publishedAt: at(0), tries: 1 });
  });

  test('counts towards X’s limits if X published it', () => {
    const rehearsal = play({ slots: posts(2, 1), faults: unknown(1), limits: { accountPostsPerWindow: 1 } });
    expect(ends(rehearsal)).toEqual([0, minutes(14)]);
  });

  test('is not retried once the campaign is paused', () => {
    const faults = { outages: [{ from: at(0), to: at(0.25) }] };
    const rehearsal = play({ slots: [duePost(1, 0), duePost(2, 0.5)], faults, budget: budget({ maxPosts: 1 }) });
    expect(ends(rehearsal)).toEqual(['campaign_budget_spent', 'campaign_budget_spent']);
    expect(rehearsal.slots[0]?.tries).toBe(1);
  });

  test('delays its post by the settle time', () => {
    const faults = { outages: [{ from: at(0), to: at(2) }] };
    expect(ends(play({ slots: posts(1, 1), faults, pace: { ...exact, settleMs: 150_000 } }))).toEqual([150]);
  });
});

describe('a rejection by X', () => {
  test('for the rate limit makes the account wait for its window, even if the limit was not reached', () => {
    const rehearsal = play({ slots: posts(1, 1), faults: { rateLimitShare: 1 }, lateness: { kind: 'skip' } });
    expect(rehearsal.slots[0]).toMatchObject({ outcome: 'missed', tries: 1 });
    expect(rehearsal.limitDays).toHaveLength(1);
  });

  test('for the rate limit delays the other posts of the account as well', () => {
    const seeds = Array.from({ length: 30 }, (_, seed) => `seed ${seed}`);
    const limited = seeds
      .map((seed) => play({ seed, slots: posts(2, 1), faults: { rateLimitShare: 0.5 } }).slots)
      .filter(([first]) => first?.latenessMs !== 0);
    // Each attempt draws anew.
    expect(limited.every((each) => each.every(({ outcome }) => outcome === 'published'))).toBe(true);
    expect(limited.length).toBeGreaterThan(5);
    expect(limited.every(([, second]) => (second?.publishedAt ?? '') >= at(15))).toBe(true);
  });

  test('for text that the account has posted before fails the post, which costs nothing', () => {
    const slots = [duePost(1, 0, { contentHash: 'same' }), duePost(2, 60, { contentHash: 'same' })];
    const rehearsal = play({ slots });
    // No check precedes this rehearsal: X answers.
    expect(rehearsal.slots.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['published', null],
      ['failed', 'x_duplicate'],
    ]);
    expect(rehearsal.spent).toEqual({ micros: 15_000, posts: 1 });
  });

  test('for a suspended account delays its posts until the suspension ends', () => {
    const suspensions = [{ accountId: accountId(1), from: at(30), to: at(90) }];
    expect(ends(play({ faults: { suspensions } }))).toEqual([0, minutes(30), 0]);
  });

  test('for an account suspended for good holds its posts, but not those of others', () => {
    const suspensions = [{ accountId: accountId(1), from: at(30), to: null }];
    const slots = [...posts(2, 60), duePost(2, 60, { account: 2 })];
    expect(ends(play({ slots, faults: { suspensions } }))).toEqual([0, 'account_suspended', 0]);
  });

  test('for a drawn suspension affects one account, which the seed picks', () => {
    const slots = [1, 2, 3].flatMap((of) =>
      [0, 1, 2, 3].map((day) => duePost(of * 10 + day, day * 1_440, { account: of })),
    );
    const suspended = (seed: string) =>
      play({ slots, seed, faults: { drawnSuspensions: 1 } }).slots.flatMap((each) =>
        each.code === 'account_suspended' ? [each.accountId] : [],
      );
    const drawn = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(suspended);
    expect(drawn.every((accounts) => accounts.length > 0 && new Set(accounts).size === 1)).toBe(true);
    expect(new Set(drawn.flat()).size).toBeGreaterThan(1);
  });
});

describe('late posts', () => {
  const outages = [{ from: at(0), to: at(9) }];

  test.each([
    ['go out by their policy', { kind: 'publish_late' as const, withinMinutes: 10 }, minutes(9)],
    ['are missed by it, unless X may have them', { kind: 'publish_late' as const, withinMinutes: 1 }, minutes(9)],
  ])('%s', (_, lateness, end) => {
    expect(ends(play({ slots: posts(1, 1), faults: { outages }, lateness }))).toEqual([end]);
  });

  test.each([
    [{ kind: 'publish_late' as const, withinMinutes: 30 }, minutes(30)],
    [{ kind: 'publish_late' as const, withinMinutes: 29 }, 'missed'],
    [{ kind: 'skip' as const }, 'missed'],
    [{ kind: 'ask' as const }, 'missed_ask'],
  ])('are treated by the policy %j', (lateness, end) => {
    const suspensions = [{ accountId: accountId(1), from: at(0), to: at(30) }];
    expect(ends(play({ slots: posts(1, 1), faults: { suspensions }, lateness }))).toEqual([end]);
  });
});

describe('the budget', () => {
  test('pauses the campaign once spent: no post follows, even a cheap enough one', () => {
    const slots = [duePost(1, 0), duePost(2, 60, { parts: [linked] }), duePost(3, 120)];
    const rehearsal = play({ slots, budget: budget({ maxMicros: 100_000 }) });
    expect(ends(rehearsal)).toEqual([0, 'campaign_budget_spent', 'campaign_budget_spent']);
    expect(rehearsal).toMatchObject({ pausedAt: at(60), spent: { micros: 15_000, posts: 1 } });
  });

  test('is not exceeded by many posts due in the same second', () => {
    const slots = Array.from({ length: 500 }, (_, place) => duePost(place, 0, { account: (place % 3) + 1 }));
    const rehearsal = play({ slots, limits: { accountPostsPerWindow: 500 }, budget: budget({ maxMicros: 1_499_999 }) });
    expect(rehearsal.spent).toEqual({ micros: 99 * 15_000, posts: 99 });
  });

  test('includes what was spent before', () => {
    const rehearsal = play({ spent: { micros: 0, posts: 8 }, budget: budget({ maxPosts: 10 }) });
    expect(ends(rehearsal)).toEqual([0, 0, 'campaign_budget_spent']);
  });

  test('is refunded for a post that X rejects', () => {
    const slots = [duePost(1, 0, { contentHash: 'same' }), duePost(2, 60, { contentHash: 'same' }), duePost(3, 120)];
    const rehearsal = play({ slots, budget: budget({ maxPosts: 2 }) });
    expect(ends(rehearsal)).toEqual([0, 'x_duplicate', 0]);
  });

  test('lets a thread that has begun continue after the pause', () => {
    const slots = [duePost(1, 0, { parts: [plain, plain, plain] }), duePost(2, 0)];
    const rehearsal = play({ slots, budget: budget({ maxMicros: 45_000 }) });
    expect(ends(rehearsal)).toEqual([0, 'campaign_budget_spent']);
    expect(rehearsal.spent).toEqual({ micros: 45_000, posts: 1 });
  });

  test('of the workspace is renewed with the month', () => {
    const slots = [duePost(1, 0), duePost(2, 30 * 1_440 + 1_439), duePost(3, 31 * 1_440)];
    const workspaceBudget = { monthlyMicros: 30_000, usedMicros: { '2026-12': 15_000 } };
    expect(ends(play({ slots, workspaceBudget }))).toEqual([0, minutes(1), 0]);
    expect(ends(play({ slots, workspaceBudget, lateness: { kind: 'publish_late', withinMinutes: 1 } }))).toEqual([
      0, 60, 0,
    ]);
  });
});

test('posts with a blocker from before the rehearsal are held with its code', () => {
  const slots = [
    duePost(1, 0, { approval: 'submitted' }),
    duePost(2, 0, { account: 2 }),
    duePost(3, 0, { account: 9 }),
    { ...duePost(4, 0), post: null },
    duePost(5, 0, { account: 3 }),
  ];
  const accounts = [account(1), account(2, { health: 'locked' }), account(3, { health: 'limited' })];
  const held = ['approval_pending', 'account_locked', 'account_unknown', 'post_unknown'];
  expect(ends(play({ slots, accounts }))).toEqual([...held, 0]);
});

test.each([
  [{ faults: { rateLimitShare: 1.1 } }, 'x.faults.rateLimitShare'],
  [{ faults: { outages: [{ from: at(1), to: at(1) }] } }, 'x.faults.outages.0.to'],
  [{ faults: { suspensions: [{ accountId: accountId(1), from: at(1), to: at(0) }] } }, 'x.faults.suspensions.0.to'],
  [{ limits: { appPostsPerDay: 0 } }, 'x.limits.appPostsPerDay'],
])('%j is rejected as a model of X', (x, path) => {
  const { error } = RehearsalSettings.safeParse({ seed: 'seed', x });
  expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
});
