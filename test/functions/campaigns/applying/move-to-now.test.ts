import { describe, expect, test } from 'vitest';
import { moveToNow } from '#functions/campaigns/applying/move-to-now.ts';
import { expand, plan, rows, rule, track } from '../plan-expansion/sample.ts';

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

describe('moving a slot to now', () => {
  const now = '2026-12-01T09:55:00.000Z';
  const run = (slotKey: string) => moveToNow({ plan: plan(asked), slots, taken: [], slotKey, now });

  test('sets its publish time to now and lists conflicts with the plan, if any', () => {
    const { slot, conflicts } = run(slots[4]?.slotKey ?? '');
    expect(slot).toMatchObject({ publishAt: now, wallTime: '2026-12-01T09:55', slotKey: slots[4]?.slotKey });
    expect(slot.reasons.at(-1)).toEqual({ kind: 'run_now', at: now });
    expect(conflicts).toMatchObject([{ name: 'minimum_gap', path: 'tracks.0' }]);
    expect(run(slots[1]?.slotKey ?? '').conflicts).toEqual([]);
  });

  test('names each rule of the plan that it overrides', () => {
    const spacing = { minimumGapMinutes: 10, quietHours: { from: '22:00', to: '11:30' }, maxPerDay: 4 };
    const blackouts = [{ kind: 'days' as const, name: 'Christmas', from: '2026-12-01', to: '2026-12-01' }];
    const { conflicts } = moveToNow({
      ...{ plan: plan({ tracks, spacing, blackouts }), slots, taken: [], slotKey: slots[4]?.slotKey ?? '', now },
    });
    expect(conflicts.map(({ name }) => name)).toEqual(['blackout', 'quiet_hours', 'minimum_gap', 'daily_maximum']);
  });

  test('throws for a slot that is not planned', () => {
    expect(() => run('tips@nothing')).toThrow('no such planned slot');
  });
});
