import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shiftPlan, startPlanOn } from '#functions/campaigns/cloning/shift-plan.ts';
import { expand, plan, rule, times, track, walls } from '../plan-expansion/sample.ts';

describe('a plan that is shifted', () => {
  test('keeps its local times across a clock change', () => {
    const before = plan({ tracks: [track({ times: rule('FREQ=DAILY;COUNT=3', '2026-03-20T09:00') })] });
    expect(times(expand(before))).toEqual(['2026-03-20T08:00Z', '2026-03-21T08:00Z', '2026-03-22T08:00Z']);
    expect(times(expand(shiftPlan(before, 14)))).toEqual([
      '2026-04-03T07:00Z',
      '2026-04-04T07:00Z',
      '2026-04-05T07:00Z',
    ]);
  });

  test('moves fixed instants by local time', () => {
    const before = plan({
      tracks: [track({ times: { kind: 'fixed', instants: ['2026-10-20T07:00:00Z', '2026-10-21T07:00:00Z'] } })],
    });
    expect(walls(expand(shiftPlan(before, 7)))).toEqual(['2026-10-27T09:00', '2026-10-28T09:00']);
    expect(times(expand(shiftPlan(before, 7)))).toEqual(['2026-10-27T08:00Z', '2026-10-28T08:00Z']);
  });

  test('moves the end of a rule too, across the end of a year', () => {
    const before = plan({ tracks: [track({ times: rule('FREQ=DAILY;UNTIL=20261203', '2026-12-01T09:00') })] });
    const after = shiftPlan(before, 31);
    expect(after.tracks[0]?.times).toMatchObject({ start: '2027-01-01T09:00', rule: 'FREQ=DAILY;UNTIL=20270103' });
    expect(walls(expand(after))).toHaveLength(3);
  });

  test('discards changes of single slots and keeps blackouts', () => {
    const overrides = [{ original: '2026-12-01T09:00', isDropped: true }];
    const blackouts = [{ kind: 'days' as const, name: 'Christmas', from: '2026-12-24', to: '2026-12-26' }];
    const after = shiftPlan(plan({ tracks: [track({ overrides })], blackouts }), 7);
    expect(after.tracks[0]?.overrides).toEqual([]);
    expect(after.blackouts).toMatchObject(blackouts);
  });

  test('is restored by shifting it back, and keeps its number of slots', () => {
    const before = plan({ tracks: [track({ times: rule('FREQ=DAILY;COUNT=5', '2026-12-01T12:00') })] });
    fc.assert(
      fc.property(fc.integer({ min: -300, max: 300 }), (days) => {
        const there = shiftPlan(before, days);
        expect(shiftPlan(there, -days)).toEqual(before);
        expect(expand(there).slots).toHaveLength(5);
      }),
    );
  });
});

describe('a plan of the first quarter moved to another start day', () => {
  const quarter = (text: string) => plan({ tracks: [track({ times: rule(text, '2027-01-01T09:00') })] });
  test.each([
    ['on that day', 'FREQ=DAILY;COUNT=3', '2027-04-01', '2027-04-01'],
    ['on that day of the week', 'FREQ=WEEKLY;BYDAY=MO;UNTIL=20270208', '2027-04-05', '2027-04-05'],
    ['with the first Monday from then on', 'FREQ=WEEKLY;BYDAY=MO;UNTIL=20270208', '2027-04-01', '2027-04-05'],
    ['with the last Friday of its month', 'FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270331', '2027-04-01', '2027-04-30'],
    ['with the last day of its month', 'FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20270331', '2027-04-01', '2027-04-30'],
  ])('begins %s', (_, text, start, first) => {
    const before = quarter(text);
    const was = walls(expand(before))[0]?.slice(0, 10) ?? '';
    expect(walls(expand(startPlanOn(before, was, start)))[0]).toBe(`${first}T09:00`);
  });

  test('begins on that day even if quiet hours move its first slot there', () => {
    const tracks = [track({ times: rule('FREQ=DAILY;COUNT=3', '2027-01-01T23:00') })];
    const before = plan({ tracks, spacing: { quietHours: { from: '22:00', to: '07:00' } } });
    expect(walls(expand(startPlanOn(before, '2027-01-02', '2027-04-01')))[0]).toBe('2027-04-01T07:00');
  });

  test('begins with the first Friday from then on if its track was split off', () => {
    const split = { id: 'later', seriesId: 'tips', since: '2027-01-15T09:00' };
    const before = plan({
      tracks: [track({ ...split, times: rule('FREQ=WEEKLY;BYDAY=FR;COUNT=4', '2027-01-01T09:00') })],
    });
    expect(walls(expand(startPlanOn(before, '2027-01-15', '2027-04-01')))[0]).toBe('2027-04-02T09:00');
  });
});
