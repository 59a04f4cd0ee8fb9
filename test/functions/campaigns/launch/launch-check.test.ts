import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assertLaunchable } from '#functions/campaigns/domain/assert-launchable.ts';
import { LaunchCode, LaunchReport, maxTold } from '#functions/campaigns/domain/launch-report.ts';
import { launchCheck } from '#functions/campaigns/launch/launch-check.ts';
import type { LaunchFacts } from '#functions/campaigns/launch/launch-facts.ts';
import type { post } from './sample.ts';
import {
  account,
  accountId,
  after,
  budget,
  campaignId,
  facts,
  linked,
  now,
  plain,
  postId,
  slot,
  slotKey,
  slots,
} from './sample.ts';

const check = (changes: Partial<LaunchFacts> = {}, at = now) => launchCheck(facts(changes), campaignId(1), at);
/** With one slot whose post differs. */
const withPost = (changes: Parameters<typeof post>[1]): Partial<LaunchFacts> => ({
  slots: [slot(1, { post: changes ?? {} })],
});
const withHealth = (health: ReturnType<typeof account>['health']) => ({ accounts: [account(1, { health })] });
const photo = { mediaId: 'med', hasAltText: false };
const other = { campaignId: campaignId(2), name: 'Other' };
const sight = { blocks: 4, smallestLift: null, cannotConclude: true };
const day = '2026-12-01';
const limits = { accountPostsPerWindow: 100, accountPostsPerDay: null, appPostsPerDay: 100 };

const place = (changes: object) => ({ trackId: null, slotKey: null, postId: null, accountId: null, ...changes });
const slot1 = place({ trackId: 'tips', slotKey: slotKey(1), postId: postId(1), accountId: accountId(1) });
const account1 = place({ accountId: accountId(1) });
const plan = place({});

type Case = [level: 'blockers' | 'warnings', code: LaunchCode, where: object, changes: Partial<LaunchFacts>];
const cases: Case[] = [
  ['blockers', 'no_slot', plan, { slots: [] }],
  ['blockers', 'slot_past', slot1, { slots: [slot(1, { publishAt: after(-2) })] }],
  ['blockers', 'slot_too_far', slot1, { slots: [slot(1, { publishAt: after(301 * 1_440) })] }],
  ['blockers', 'account_unknown', account1, { accounts: [account(2)] }],
  ['blockers', 'account_reconnect_needed', account1, withHealth('reconnect_needed')],
  ['blockers', 'account_suspended', account1, withHealth('suspended')],
  ['blockers', 'account_locked', account1, withHealth('locked')],
  ['blockers', 'account_disconnected', account1, withHealth('disconnected')],
  ['warnings', 'account_degraded', account1, withHealth('degraded')],
  ['warnings', 'account_limited', account1, withHealth('limited')],
  ['warnings', 'automation_unconfirmed', account1, { accounts: [account(1, { isAutomationConfirmed: false })] }],
  ['blockers', 'post_unknown', { ...slot1, postId: null }, { slots: [slot(1, { post: null })] }],
  [
    'blockers',
    'content_unmade',
    slot1,
    { slots: [slot(1, { problem: { code: 'text_too_long', message: 'It is too long.' } })] },
  ],
  ['blockers', 'post_published', slot1, withPost({ status: 'published' })],
  ['blockers', 'post_deleted', slot1, withPost({ status: 'deleted' })],
  ['blockers', 'post_taken', slot1, withPost({ campaignId: campaignId(2) })],
  ['blockers', 'post_too_long', slot1, withPost({ parts: [plain, { ...plain, weightedLength: 281 }] })],
  ['blockers', 'approval_missing', slot1, withPost({ approval: 'none' })],
  ['blockers', 'approval_pending', slot1, withPost({ approval: 'submitted' })],
  ['blockers', 'approval_declined', slot1, withPost({ approval: 'changes_requested' })],
  ['blockers', 'approval_outdated', slot1, withPost({ approval: 'outdated' })],
  ['blockers', 'policy_blocked', slot1, withPost({ findings: [{ rule: 'r', level: 'block', message: 'No.' }] })],
  ['blockers', 'policy_warning', slot1, withPost({ findings: [{ rule: 'r', level: 'warn', message: 'Hm.' }] })],
  ['blockers', 'media_missing', slot1, withPost({ media: [{ ...photo, status: 'missing' }] })],
  ['blockers', 'media_awaiting_upload', slot1, withPost({ media: [{ ...photo, status: 'awaiting_upload' }] })],
  [
    'blockers',
    'repeated_text',
    { ...slot1, slotKey: slotKey(2), postId: postId(2) },
    { slots: [slot(1, { post: { contentHash: 'same' } }), slot(2, { post: { contentHash: 'same' } })] },
  ],
  ['warnings', 'link_unmarked', slot1, { ...withPost({ parts: [{ ...linked, isMarked: false }] }), marksLinks: true }],
  ['blockers', 'budget_too_small', place({ slotKey: slotKey(3) }), { budget: budget({ maxMicros: 44_999 }) }],
  [
    'blockers',
    'workspace_budget_too_small',
    plan,
    { workspaceBudget: { monthlyMicros: 100_000, usedMicros: { '2026-12': 55_001 } } },
  ],
  ['blockers', 'app_day_full', plan, { limits, appPosts: { [day]: 96 } }],
  ['warnings', 'app_day_busy', plan, { limits, appPosts: { [day]: 95 } }],
  ['blockers', 'account_day_full', account1, { limits: { ...limits, accountPostsPerDay: 2 } }],
  [
    'warnings',
    'account_window_full',
    slot1,
    {
      ...withPost({ parts: [plain, plain] }),
      limits: { ...limits, accountPostsPerWindow: 2 },
      elsewhere: [{ accountId: accountId(1), publishAt: after(106), campaign: null }],
    },
  ],
  [
    'warnings',
    'campaign_clash',
    slot1,
    { ...withPost({}), elsewhere: [{ accountId: accountId(1), publishAt: after(179), campaign: other }] },
  ],
  ['blockers', 'experiment_cannot_conclude', plan, { experiment: { ...sight, isSignedOff: false } }],
  ['warnings', 'experiment_cannot_conclude', plan, { experiment: { ...sight, isSignedOff: true } }],
];

test('a campaign without findings can be launched', () => {
  const report = LaunchReport.parse(check());
  expect(report).toMatchObject({ canLaunch: true, slots: 3, blockers: [], warnings: [] });
  expect(report.counts).toEqual({});
});

test.each(cases)('the launch check reports among %s: %s', (level, code, where, changes) => {
  const report = LaunchReport.parse(check(changes));
  const found = [...report.blockers, ...report.warnings];
  expect(found.map((each) => [each.code, each.place])).toEqual([[code, where]]);
  expect(report[level]).toHaveLength(1);
  expect(report.canLaunch).toBe(level === 'warnings');
  expect(found.every(({ message, advice }) => /\.$/.test(message) && /\.$/.test(advice))).toBe(true);
});

test('every code of the launch check has a case', () => {
  expect(new Set(cases.map(([, code]) => code))).toEqual(new Set(LaunchCode.options));
});

describe('the launch check finds nothing', () => {
  test.each<[string, Partial<LaunchFacts>]>([
    ['of a slot that is a minute late', { slots: [slot(1, { publishAt: after(-1) })] }],
    ['of a post that this campaign has', withPost({ campaignId: campaignId(1) })],
    ['of links that need no mark', withPost({ parts: [{ ...linked, isMarked: false }] })],
    ['of a budget that is just enough', { budget: budget({ maxMicros: 45_000, maxPosts: 3 }) }],
    [
      'of a full month that is not the plan’s',
      { workspaceBudget: { monthlyMicros: 45_000, usedMicros: { '2027-01': 1e9 } } },
    ],
    ['of another account', { elsewhere: [{ accountId: accountId(2), publishAt: after(120), campaign: other }] }],
    ['of a single post near by', { elsewhere: [{ accountId: accountId(1), publishAt: after(121), campaign: null }] }],
    ['of a campaign an hour away', { elsewhere: [{ accountId: accountId(1), publishAt: after(60), campaign: other }] }],
    [
      'of a window that ends as the next post comes',
      {
        ...withPost({}),
        limits: { ...limits, accountPostsPerWindow: 1 },
        elsewhere: [{ accountId: accountId(1), publishAt: after(105), campaign: null }],
      },
    ],
  ])('because %s', (_, changes) => {
    expect(check(changes).counts).toEqual({});
  });
});

test('the warning campaign_clash names the nearer of two campaigns', () => {
  const elsewhere = [
    { accountId: accountId(1), publishAt: after(110), campaign: other },
    { accountId: accountId(1), publishAt: after(135), campaign: { ...other, name: 'Third' } },
  ];
  const [warning] = check({ ...withPost({}), elsewhere }).warnings;
  expect(warning?.message).toBe(
    `The campaign Other (${campaignId(2)}) publishes on the same account at ${after(110)}.`,
  );
});

test('many findings of one code are all counted, but only the first are listed', () => {
  const many = slots(120).map((each) => ({ ...each, post: each.post && { ...each.post, approval: 'none' as const } }));
  const report = check({ slots: many });
  expect(report.blockers).toHaveLength(maxTold);
  expect(report.counts).toEqual({ approval_missing: 120 });
  expect(report.blockers[0]?.place.slotKey).toBe(slotKey(1));
});

test('the report does not depend on the order of its facts', () => {
  const all = facts({
    slots: [...slots(6), slot(7, { accountId: accountId(2), post: { contentHash: 'hash 3', approval: 'none' } })],
    accounts: [account(1), account(2, { health: 'limited' })],
    elsewhere: [1, 2, 3, 4].map((hour) => ({
      accountId: accountId(1),
      publishAt: after(hour * 60 + 30),
      campaign: other,
    })),
    budget: budget({ maxMicros: 60_000, warnAtPercent: [50] }),
  });
  const shuffled = fc.tuple(
    fc.shuffledSubarray([...all.slots], { minLength: all.slots.length }),
    fc.shuffledSubarray([...all.accounts], { minLength: all.accounts.length }),
    fc.shuffledSubarray([...all.elsewhere], { minLength: all.elsewhere.length }),
  );
  const report = launchCheck(all, campaignId(1), now);
  expect(Object.keys(report.counts).length).toBeGreaterThan(3);
  fc.assert(
    fc.property(shuffled, ([otherSlots, accounts, elsewhere]) => {
      expect(launchCheck({ ...all, slots: otherSlots, accounts, elsewhere }, campaignId(1), now)).toEqual(report);
    }),
  );
});

describe('the version of a report', () => {
  const { version } = check();

  test.each<[string, Partial<LaunchFacts>]>([
    ['another content', { slots: [slot(1, { post: { contentHash: 'changed' } }), slot(2), slot(3)] }],
    ['another time', { slots: [slot(1, { publishAt: after(121) }), slot(2), slot(3)] }],
    ['one slot more', { slots: slots(4) }],
    ['a price', { slots: [slot(1, { post: { parts: [linked] } }), slot(2), slot(3)] }],
    ['a warning', withHealth('degraded')],
    ['a budget', { budget: budget({ maxPosts: 100 }) }],
    ['an experiment', { experiment: { blocks: 200, smallestLift: 0.2, cannotConclude: false, isSignedOff: false } }],
  ])('changes with %s', (_, changes) => {
    expect(check(changes).version).not.toBe(version);
  });

  test('stays the same while only counters and the clock change', () => {
    const moved = { spent: { micros: 5, posts: 1 }, appPosts: { [day]: 1_000 } };
    expect(check(moved, after(5)).version).toBe(version);
  });

  test('changes once the passage of time causes a finding', () => {
    expect(check({}, after(122)).version).not.toBe(version);
  });
});

describe('the version of the report on a change', () => {
  const kept = slot(1);
  const moved = slot(2, { accountId: accountId(2) });
  const change = { report: null as never, changed: new Set([moved.slotKey]), seen: null };
  const changing = (changes: Partial<LaunchFacts>) =>
    check({ slots: [kept, moved], accounts: [account(1), account(2)], change, ...changes }).version;
  const unconfirmed = (place: number) => account(place, { isAutomationConfirmed: false });

  test('stays the same while kept slots are published, even the last one on an account with a warning', () => {
    const accounts = [unconfirmed(1), account(2)];
    expect(changing({ accounts, slots: [moved] })).toBe(changing({ accounts }));
  });

  test('changes with a warning about an account on which a slot is moved', () => {
    expect(changing({ accounts: [account(1), unconfirmed(2)] })).not.toBe(changing({}));
  });
});

describe('a launch', () => {
  test('is allowed with the version of the current report', () => {
    const report = check(withHealth('limited'));
    expect(() => {
      assertLaunchable(report, report.version);
    }).not.toThrow();
  });

  test('is rejected with the version of another report', () => {
    expect(() => {
      assertLaunchable(check(), check({ slots: slots(4) }).version);
    }).toThrow(expect.objectContaining({ kind: 'conflict', code: 'launch_report_outdated' }));
  });

  test('is rejected with launch_blocked, naming each blocker with its place', () => {
    const report = check({
      ...withHealth('suspended'),
      slots: [slot(1, { post: { approval: 'none' } })],
      budget: budget({ maxPosts: 0 }),
    });
    const paths = [
      [`accounts.${accountId(1)}`, 'account_suspended'],
      [`slots.${slotKey(1)}`, 'approval_missing'],
      [`slots.${slotKey(1)}`, 'budget_too_small'],
    ];
    expect(() => {
      assertLaunchable(report, report.version);
    }).toThrow(
      expect.objectContaining({
        code: 'launch_blocked',
        fields: paths.map(([path, code]) => expect.objectContaining({ path, code }) as unknown),
      }),
    );
  });
});
