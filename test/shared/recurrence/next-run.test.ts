import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DomainError } from '#shared/errors.ts';
import { localMoment } from '#shared/local-days.ts';
import { firstRunAfter, nextRunAfter, runsBetween } from '#shared/recurrence/next-run.ts';

const use = { path: 'body.schedule.rule', mostPerDay: 4 };
const berlin = 'Europe/Berlin';
const next = (rule: string, after: string, start = '2026-11-30T08:00', timeZone = berlin): string | null =>
  nextRunAfter({ start, rule }, timeZone, new Date(after), use);

/** The first times of a rule, one after the other. */
const runs = (rule: string, count: number, start?: string, timeZone?: string): (string | null)[] => {
  const found: (string | null)[] = [];
  let after = '2026-11-29T00:00:00.000Z';
  while (found.length < count) {
    const at = next(rule, after, start, timeZone);
    found.push(at);
    if (at === null) break;
    after = at;
  }
  return found;
};

describe('the next time of a schedule', () => {
  test.each<[string, string, string[]]>([
    ['every Monday', 'FREQ=WEEKLY;BYDAY=MO', ['2026-11-30T07:00:00.000Z', '2026-12-07T07:00:00.000Z']],
    ['the first of each month', 'FREQ=MONTHLY;BYMONTHDAY=1', ['2026-12-01T07:00:00.000Z', '2027-01-01T07:00:00.000Z']],
    ['every other week', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO', ['2026-11-30T07:00:00.000Z', '2026-12-14T07:00:00.000Z']],
    ['twice a day', 'FREQ=DAILY;BYHOUR=8,18', ['2026-11-30T07:00:00.000Z', '2026-11-30T17:00:00.000Z']],
    [
      'the last working day',
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
      ['2026-11-30T07:00:00.000Z', '2026-12-31T07:00:00.000Z'],
    ],
  ])('follows the clock of its time zone: %s', (_, rule, expected) => {
    expect(runs(rule, expected.length)).toEqual(expected);
  });

  test('keeps its time of day when clocks change', () => {
    expect(next('FREQ=DAILY', '2027-03-27T12:00:00Z')).toBe('2027-03-28T06:00:00.000Z');
    expect(next('FREQ=DAILY', '2027-10-30T12:00:00Z')).toBe('2027-10-31T07:00:00.000Z');
    // 02:30 does not exist on the first day: an hour later. On the second it occurs twice: the first one.
    expect(next('FREQ=DAILY', '2027-03-27T12:00:00Z', '2026-11-30T02:30')).toBe('2027-03-28T01:30:00.000Z');
    expect(next('FREQ=DAILY', '2027-10-30T12:00:00Z', '2026-11-30T02:30')).toBe('2027-10-31T00:30:00.000Z');
  });

  test('ends with COUNT and UNTIL', () => {
    expect(runs('FREQ=DAILY;COUNT=2', 5)).toEqual(['2026-11-30T07:00:00.000Z', '2026-12-01T07:00:00.000Z', null]);
    expect(runs('FREQ=DAILY;UNTIL=20261130', 5)).toEqual(['2026-11-30T07:00:00.000Z', null]);
    expect(runs('FREQ=DAILY;UNTIL=20261201T065959Z', 5)).toEqual(['2026-11-30T07:00:00.000Z', null]);
    expect(next('FREQ=DAILY;COUNT=3', '2030-01-01T00:00:00Z')).toBeNull();
  });

  test('is found years after the start', () => {
    expect(next('FREQ=DAILY', '2036-06-15T12:00:00Z')).toBe('2036-06-16T06:00:00.000Z');
    expect(next('FREQ=MONTHLY;BYDAY=1MO', '2036-06-15T12:00:00Z')).toBe('2036-07-07T06:00:00.000Z');
    expect(next('FREQ=YEARLY', '2031-06-15T12:00:00Z')).toBe('2031-11-30T07:00:00.000Z');
  });

  test('is always in the future, at the wall time of the rule', () => {
    const zones = fc.constantFrom('UTC', berlin, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu');
    const instants = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2034-01-01') });
    fc.assert(
      fc.property(zones, instants, fc.integer({ min: 4, max: 22 }), (timeZone, at, hour) => {
        const after = new Date(at);
        const start = `2026-01-01T${String(hour).padStart(2, '0')}:15`;
        const found = nextRunAfter({ start, rule: 'FREQ=DAILY' }, timeZone, after, use) ?? '';
        expect(Date.parse(found)).toBeGreaterThan(at);
        expect(Date.parse(found) - at).toBeLessThan(26 * 3_600_000 + Math.max(0, Date.parse('2026-01-03') - at));
        expect(localMoment(found, timeZone).time).toBe(start.slice(11));
      }),
      { numRuns: 60 },
    );
  });

  test('is found on the same day after a time that the change of clocks skips', () => {
    const rule = 'FREQ=DAILY;BYHOUR=2,3;BYMINUTE=15,45';
    const from = '2027-03-28T00:00:00.000Z';
    expect([1, 2, 3].reduce<string[]>((found) => [...found, next(rule, found.at(-1) ?? from) ?? ''], [])).toEqual([
      ...['2027-03-28T01:15:00.000Z', '2027-03-28T01:45:00.000Z', '2027-03-29T00:15:00.000Z'],
    ]);
  });

  test('is also among those that runsBetween returns for a period', () => {
    const zones = fc.constantFrom('UTC', berlin, 'America/New_York', 'Australia/Lord_Howe');
    const rules = fc.constantFrom(
      ...['FREQ=DAILY', 'FREQ=DAILY;BYHOUR=1,2,3', 'FREQ=WEEKLY;BYDAY=SU;BYHOUR=2,23', 'FREQ=DAILY;COUNT=90'],
    );
    const days = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(zones, rules, days, fc.integer({ min: 1, max: 30 }), (timeZone, rule, day, length) => {
        const schedule = { start: '2027-01-01T02:30', rule };
        const after = new Date(Date.UTC(2027, 0, 1 + day, 2));
        const until = new Date(after.getTime() + length * 86_400_000);
        const expected: string[] = [];
        for (let at: string | null = after.toISOString(); ;) {
          at = nextRunAfter(schedule, timeZone, new Date(at), use);
          if (at === null || at > until.toISOString()) break;
          expected.push(at);
        }
        expect(runsBetween(schedule, timeZone, after, until, use)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  test.each([
    ['FREQ=HOURLY', 'rule_part_invalid'],
    ['FREQ=DAILY;BYHOUR=1,2,3,4,5', 'rule_too_frequent'],
    ['FREQ=DAILY;UNTIL=20200101', 'rule_never_matches'],
    ['FREQ=DAILY;COUNT=0', 'rule_part_invalid'],
    ['BYDAY=MO', 'rule_without_freq'],
    ['FREQ=MONTHLY;BYMONTHDAY=30;BYMONTH=2', 'rule_never_matches'],
    ['every day', 'rule_part_unsupported'],
  ])('is rejected with invalid_schedule for %s', (rule, code) => {
    try {
      firstRunAfter({ start: '2026-11-30T08:00', rule }, berlin, new Date('2026-11-29T00:00:00Z'), use);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      expect([error.code, error.fields[0]?.path, error.fields[0]?.code]).toEqual([
        ...['invalid_schedule', 'body.schedule.rule', code],
      ]);
    }
  });
});
