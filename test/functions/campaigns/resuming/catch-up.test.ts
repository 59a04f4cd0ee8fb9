import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CatchUpPolicy } from '#functions/campaigns/domain/plan-policies.ts';
import { catchUp } from '#functions/campaigns/resuming/catch-up.ts';
import { account, expand, plan, rows, rule, times, track } from '../plan-expansion/sample.ts';

/** Five posts an hour apart from 09:00 UTC on. */
const tracks = [
  track({
    timeZone: 'UTC',
    content: rows(5),
    times: rule('FREQ=DAILY;BYHOUR=9,10,11,12,13;COUNT=5'),
  }),
];
const asked = { tracks, spacing: { minimumGapMinutes: 10 } };
const slots = expand(asked).slots;
const after = (policy: CatchUpPolicy, now: string, since = '2026-12-01T08:30:00Z') =>
  catchUp({ plan: plan(asked), slots, taken: [], since, now, policy });
const clocks = (found: Parameters<typeof times>[0]): string[] => times(found).map((time) => time.slice(11, 16));

describe('slots missed in a pause until 10:30', () => {
  const now = '2026-12-01T10:30:00.000Z';

  test('are published late if it is not too late, at the minimum gap, with the reason', () => {
    const found = after({ kind: 'publish_late', withinMinutes: 120 }, now);
    expect(clocks(found)).toEqual(['10:30', '10:40', '11:00', '12:00', '13:00']);
    expect(found.slots[0]?.reasons.at(-1)).toEqual({ kind: 'published_late', dueAt: '2026-12-01T09:00:00.000Z' });
    expect(found.slots[1]?.reasons.at(-1)).toMatchObject({ kind: 'minimum_gap', movedByMinutes: 10 });
    expect(found.slots[2]).toEqual(slots[2]);
  });

  test('are skipped if it is too late, or would be once there is room', () => {
    const late = after({ kind: 'publish_late', withinMinutes: 60 }, now);
    expect(clocks(late)).toEqual(['10:30', '11:00', '12:00', '13:00']);
    expect(late.dropped).toMatchObject([{ slotKey: slots[0]?.slotKey }]);
    expect(late.dropped[0]?.reasons.at(-1)).toEqual({ kind: 'missed', dueAt: '2026-12-01T09:00:00.000Z' });
    // Another post was published at 10:29: the first would be 99 minutes late.
    const busy = catchUp({
      plan: plan(asked),
      slots,
      taken: [{ accountId: account(1), publishAt: '2026-12-01T10:29:00.000Z' }],
      since: '2026-12-01T08:30:00Z',
      now,
      policy: { kind: 'publish_late', withinMinutes: 95 },
    });
    expect(clocks(busy)).toEqual(['10:39', '11:00', '12:00', '13:00']);
    expect(busy.dropped[0]?.reasons.slice(1).map(({ kind }) => kind)).toEqual([
      'published_late',
      'minimum_gap',
      'missed',
    ]);
  });

  test('are skipped by the policy skip', () => {
    const found = after({ kind: 'skip' }, now);
    expect(clocks(found)).toEqual(['11:00', '12:00', '13:00']);
    expect(found.dropped.map(({ reasons }) => reasons.at(-1)?.kind)).toEqual(['missed', 'missed']);
  });

  test.each<CatchUpPolicy>([
    { kind: 'publish_late', withinMinutes: 300 },
    { kind: 'shift_rest' },
    { kind: 'compress' },
  ])('are published in the order in which they were due, whatever the input order: $kind', (policy) => {
    const given = slots.toReversed();
    const afterAll = '2026-12-01T13:30:00.000Z';
    const asked = { plan: plan({ tracks, spacing: { minimumGapMinutes: 10 } }), taken: [], policy, now: afterAll };
    const found = catchUp({ ...asked, slots: given, since: '2026-12-01T08:30:00Z' });
    expect(found.slots.map(({ slotKey }) => slotKey)).toEqual(slots.map(({ slotKey }) => slotKey));
  });

  test('shift all remaining slots by the lost time with shift_rest', () => {
    const found = after({ kind: 'shift_rest' }, now);
    expect(clocks(found)).toEqual(['10:30', '11:30', '12:30', '13:30', '14:30']);
    expect(found.slots[4]?.reasons.at(-1)).toEqual({
      kind: 'rest_shifted',
      dueAt: '2026-12-01T13:00:00.000Z',
      byMinutes: 90,
    });
  });

  test('share the remaining time with compress', () => {
    const found = after({ kind: 'compress' }, now);
    expect(clocks(found)).toEqual(['10:30', '11:08', '11:45', '12:23', '13:00']);
    expect(found.slots[0]?.reasons.at(-1)).toMatchObject({ kind: 'compressed', byMinutes: 90 });
  });

  test('follow at the minimum gap with compress if no time is left', () => {
    expect(clocks(after({ kind: 'compress' }, '2026-12-01T15:00:00.000Z'))).toEqual(
      ['15:00', '15:10', '15:20', '15:30', '15:40'], // prettier-ignore
    );
  });
});

test('a pause that missed nothing changes nothing', () => {
  const found = after({ kind: 'skip' }, '2026-12-01T08:45:00.000Z');
  expect(found).toEqual({ slots, dropped: [], conflicts: [] });
});

test('slots due before the pause stay where they are', () => {
  const found = after({ kind: 'skip' }, '2026-12-01T10:30:00.000Z', '2026-12-01T09:30:00Z');
  expect(clocks(found)).toEqual(['09:00', '11:00', '12:00', '13:00']);
});

test('by any policy each slot is there once, none before now, all at the minimum gap', () => {
  const policy = fc.oneof(
    fc.record({ kind: fc.constant('publish_late' as const), withinMinutes: fc.integer({ min: 1, max: 600 }) }),
    fc.record({ kind: fc.constantFrom('skip' as const, 'shift_rest' as const, 'compress' as const) }),
  );
  fc.assert(
    fc.property(policy, fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 120 }), (named, minute, gap) => {
      const now = new Date(Date.parse('2026-12-01T08:30:00Z') + minute * 60_000).toISOString();
      const spacing = { minimumGapMinutes: gap };
      const planned = expand({ tracks, spacing }).slots;
      const found = catchUp({
        plan: plan({ tracks, spacing }),
        slots: planned,
        taken: [],
        since: '2026-12-01T08:30:00Z',
        now,
        policy: named,
      });
      expect([...found.slots, ...found.dropped].map(({ slotKey }) => slotKey).sort()).toEqual(
        planned.map(({ slotKey }) => slotKey).sort(),
      );
      found.slots.forEach(({ slotKey, publishAt, reasons }, place) => {
        const at = Date.parse(publishAt);
        expect(at).toBeGreaterThanOrEqual(Date.parse(now));
        const before = found.slots[place - 1];
        if (before) expect(at - Date.parse(before.publishAt)).toBeGreaterThanOrEqual(gap * 60_000);
        const due = planned.find((slot) => slot.slotKey === slotKey)?.publishAt ?? '';
        if (named.kind === 'publish_late')
          expect(at - Date.parse(due)).toBeLessThanOrEqual(named.withinMinutes * 60_000);
        if (publishAt !== due) expect(reasons.length).toBeGreaterThan(1);
      });
    }),
  );
});
