import { describe, expect, test } from 'vitest';
import { expandPlan } from '#functions/campaigns/plan-expansion/expand-plan.ts';
import { account, context, expand, plan, post, posts, refusal, rows, rule, times, track, walls } from './sample.ts';

const newYork = 'America/New_York';
/** Three slots at 02:30 in New York, from the day before clocks go forward in 2027 (14 March). */
const atHalfPastTwo = { times: rule('FREQ=DAILY;COUNT=3', '2027-03-13T02:30') };

describe('a plan', () => {
  test('is expanded in its time zone, with local time and UTC', () => {
    const { slots, dropped, conflicts } = expand({ tracks: [track({ content: rows(3) })] });
    expect(slots[0]).toEqual({
      slotKey: 'tips@2026-12-01T09:00',
      trackId: 'tips',
      accountId: account(1),
      content: { kind: 'template', templateId: expect.stringMatching(/^tpl_/) as string, values: { tip: 'Tip 0' } },
      publishAt: '2026-12-01T08:00:00.000Z',
      wallTime: '2026-12-01T09:00',
      timeZone: 'Europe/Berlin',
      reasons: [{ kind: 'rule', rule: 'FREQ=DAILY;COUNT=3', wallTime: '2026-12-01T09:00' }],
    });
    expect({ dropped, conflicts }).toEqual({ dropped: [], conflicts: [] });
  });

  test('keeps its local time across the change to summer time', () => {
    const tracks = [track({ times: rule('FREQ=DAILY;COUNT=2', '2027-03-27T09:00') })];
    expect(times(expand({ tracks }))).toEqual(['2027-03-27T08:00Z', '2027-03-28T07:00Z']);
  });

  test('can have a track in a time zone of its own', () => {
    const tracks = [track({ timeZone: 'Asia/Tokyo' })];
    expect(times(expand({ tracks }))[0]).toBe('2026-12-01T00:00Z');
  });

  test('expands to the same slots every time', () => {
    const asked = { tracks: [track({ jitterMinutes: 30, times: rule('FREQ=DAILY;COUNT=10') })] };
    expect(expand(asked)).toEqual(expand(asked));
  });

  test('reports content that is left over', () => {
    expect(expand().conflicts).toEqual([
      { name: 'content_left_over', path: 'tracks.0.content', slotKey: null, otherSlotKey: null },
    ]);
  });
});

describe('02:30 in New York on the day that skips it', () => {
  const tracks = [track({ ...atHalfPastTwo, content: rows(3) })];

  test('becomes 03:30, with the reason', () => {
    const expanded = expand({ timeZone: newYork, tracks });
    expect(walls(expanded)).toEqual(['2027-03-13T02:30', '2027-03-14T03:30', '2027-03-15T02:30']);
    expect(expanded.slots[1]).toMatchObject({
      slotKey: 'tips@2027-03-14T02:30',
      publishAt: '2027-03-14T07:30:00.000Z',
      reasons: [
        { kind: 'rule' },
        { kind: 'gap', policy: 'shift_later', wallTime: '2027-03-14T02:30', movedByMinutes: 60 },
      ],
    });
  });

  test('is dropped if the policy is to skip, and the others keep their content', () => {
    const { slots, dropped, conflicts } = expand({ timeZone: newYork, policies: { gap: 'skip' }, tracks });
    expect(slots.map(({ content }) => content)).toMatchObject([
      { values: { tip: 'Tip 0' } },
      { values: { tip: 'Tip 2' } },
    ]);
    expect(dropped).toMatchObject([{ slotKey: 'tips@2027-03-14T02:30', publishAt: null, wallTime: null }]);
    expect(dropped[0]?.reasons.at(-1)).toMatchObject({ kind: 'gap', policy: 'skip' });
    expect(conflicts).toMatchObject([{ name: 'gap_skipped', path: 'tracks.0' }]);
  });
});

describe('01:30 in New York on the day that has it twice', () => {
  const tracks = [track({ times: rule('FREQ=DAILY;COUNT=1', '2027-11-07T01:30') })];
  test.each([
    ['first', '2027-11-07T05:30Z'],
    ['second', '2027-11-07T06:30Z'],
  ] as const)('is the %s one if the policy says so', (overlap, publishAt) => {
    const expanded = expand({ timeZone: newYork, policies: { overlap }, tracks });
    expect(times(expanded)).toEqual([publishAt]);
    expect(expanded.slots[0]?.reasons[1]).toEqual({ kind: 'overlap', policy: overlap, wallTime: '2027-11-07T01:30' });
  });
});

describe('two slots of one account at one instant', () => {
  // Another track takes the time that 02:30 is moved to.
  const tracks = [
    track({ ...atHalfPastTwo, content: rows(3) }),
    track({ id: 'news', times: { kind: 'fixed', instants: ['2027-03-14T07:30:00Z'] }, content: posts(1) }),
  ];
  const spacing = { minimumGapMinutes: 20 };

  test('are separated by the minimum gap: the later in plan order moves, with the reason', () => {
    const expanded = expand({ timeZone: newYork, spacing, tracks });
    expect(walls(expanded)).toEqual(['2027-03-13T02:30', '2027-03-14T03:30', '2027-03-14T03:50', '2027-03-15T02:30']);
    expect(expanded.slots[2]?.reasons.at(-1)).toEqual({
      kind: 'collision',
      policy: 'move_later',
      with: 'tips@2027-03-14T02:30',
      movedByMinutes: 20,
    });
    expect(expanded.conflicts).toEqual([
      {
        name: 'collision',
        path: 'tracks.1',
        slotKey: 'news@2027-03-14T07:30:00.000Z',
        otherSlotKey: 'tips@2027-03-14T02:30',
      },
    ]);
  });

  test('lose the later one if the policy is to drop it', () => {
    const { slots, dropped } = expand({ timeZone: newYork, policies: { collision: 'drop' }, spacing, tracks });
    expect(slots).toHaveLength(3);
    expect(dropped).toMatchObject([{ trackId: 'news', content: { postId: post(1) } }]);
    expect(dropped[0]?.reasons.at(-1)).toMatchObject({ kind: 'collision', policy: 'drop' });
  });

  test('do not collide if they are of two accounts', () => {
    const apart = [tracks[0], track({ ...tracks[1], accountIds: [account(2)], content: posts(11) })];
    expect(expand({ timeZone: newYork, spacing, tracks: apart as typeof tracks }).conflicts).toEqual([]);
  });
});

describe('content', () => {
  test('of a template goes to the accounts in turn', () => {
    const { slots } = expand({ tracks: [track({ accountIds: [account(1), account(2)] })] });
    expect(slots.map(({ accountId }) => accountId)).toEqual([account(1), account(2), account(1)]);
  });

  test('of existing posts keeps their accounts', () => {
    const { slots } = expand({ tracks: [track({ accountIds: [account(2), account(1)], content: posts(1, 11, 2) })] });
    expect(slots.map(({ accountId }) => accountId)).toEqual([account(1), account(2), account(1)]);
  });
});

describe('a plan is refused', () => {
  const of = (changes: Parameters<typeof expand>[0]) =>
    refusal(() => expand(changes)).map(({ path, code }) => `${path} ${code}`);

  test.each<[string, string[], Parameters<typeof expand>[0]]>([
    ['in a zone that does not exist', ['timeZone invalid_time_zone'], { timeZone: 'Europe/Atlantis' }],
    ['in the zone of an abbreviation', ['timeZone invalid_time_zone'], { timeZone: 'EST' }],
    ['with such a zone of a track', ['tracks.0.timeZone invalid_time_zone'], { tracks: [track({ timeZone: 'CST' })] }],
    ['by its rule', ['tracks.0.times.rule rule_endless'], { tracks: [track({ times: rule('FREQ=DAILY') })] }],
    ['with a track twice', ['tracks.1.id repeated_track'], { tracks: [track(), track({ content: posts(1, 2, 3) })] }],
    [
      'with less content than slots',
      ['tracks.0.content.values too_little_content'],
      { tracks: [track({ content: rows(2) })] },
    ],
    [
      'with values that are missing',
      ['tracks.0.content.values.1.tip missing_value'],
      { tracks: [track({ content: { ...rows(3), values: [{ tip: 'a' }, { top: 'b' }, { tip: 'c' }] } })] },
    ],
    [
      'with text that is repeated',
      ['tracks.0.content.values.2 repeated_content'],
      { tracks: [track({ content: { ...rows(3), values: [{ tip: 'a' }, { tip: 'b' }, { tip: 'a' }] } })] },
    ],
    [
      'with a post of another account',
      ['tracks.0.content.postIds.1 account_not_in_track'],
      { tracks: [track({ content: posts(1, 11, 2) })] },
    ],
    [
      'with an unknown post',
      ['tracks.0.content.postIds.0 post_not_found'],
      { tracks: [track({ content: posts(99) })] },
    ],
    [
      'with blackouts that leave nothing',
      ['blackouts no_slot_left'],
      { blackouts: [{ kind: 'days', name: 'Winter', from: '2026-11-01', to: '2027-01-31' }] },
    ],
    [
      'with an override of no slot',
      ['tracks.0.overrides.0.original slot_not_found'],
      { tracks: [track({ overrides: [{ original: '2026-12-09T09:00', isDropped: true }] })] },
    ],
    [
      'with a slot in two tracks',
      ['tracks.1 repeated_slot'],
      { tracks: [track(), track({ id: 'more', seriesId: 'tips', content: posts(1, 2, 3) })] },
    ],
  ])('%s', (_, expected, changes) => {
    expect(of(changes)).toEqual(expected);
  });

  test('with more slots than a campaign has', () => {
    const halves = ['one', 'two'].map((id, place) =>
      track({ id, times: rule('FREQ=DAILY;COUNT=1001'), content: rows(1_001, place * 1_001) }),
    );
    expect(of({ tracks: halves })).toEqual(['tracks.1.times too_many_slots']);
  });

  test('with all of its invalid fields at once', () => {
    expect(of({ timeZone: 'Mars/Olympus', tracks: [track({ content: posts(99, 98) })] })).toHaveLength(3);
  });
});

test('a plan of 2,000 slots is expanded', () => {
  const asked = plan({ tracks: [track({ times: rule('FREQ=DAILY;COUNT=2000'), content: rows(2_000) })] });
  expect(expandPlan(asked, context).slots).toHaveLength(2_000);
});
