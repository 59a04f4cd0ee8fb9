import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandRule } from '#functions/campaigns/plan-expansion/expand-rule.ts';
import { wallText } from '#functions/campaigns/plan-expansion/wall-time.ts';
import type { Rule } from '#shared/recurrence/rule.ts';
import { zoneClock } from '#shared/zone-clock.ts';
import { timesByHand } from './rule-by-hand.ts';
import { refusal } from './sample.ts';

const berlin = zoneClock('Europe/Berlin');
const wallsOf = (rule: string, start = '2026-12-01T09:00', monthEnd: 'last_day' | 'skip' = 'last_day'): string[] =>
  expandRule(rule, start, monthEnd, berlin, 'rule').map(({ wall }) => wallText(wall));
const daysOf = (...asked: Parameters<typeof wallsOf>): string[] => wallsOf(...asked).map((wall) => wall.slice(0, 10));

describe('a rule', () => {
  test.each<[string, string, string[]]>([
    ['every day', 'FREQ=DAILY;COUNT=3', ['2026-12-01', '2026-12-02', '2026-12-03']],
    [
      'every other week on two days',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=3',
      ['2026-12-01', '2026-12-03', '2026-12-15'],
    ],
    ['the last Friday of the month', 'FREQ=MONTHLY;BYDAY=-1FR;COUNT=2', ['2026-12-25', '2027-01-29']],
    ['the last working day', 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2', ['2026-12-31', '2027-01-29']],
    ['each Friday the 13th', 'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=2', ['2027-08-13', '2028-10-13']],
    ['the Monday of week 20', 'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=2', ['2027-05-17', '2028-05-15']],
    ['the 100th day of the year', 'FREQ=YEARLY;BYYEARDAY=100,-1;COUNT=3', ['2026-12-31', '2027-04-10', '2027-12-31']],
    ['until a day, which counts', 'FREQ=DAILY;UNTIL=20261202', ['2026-12-01', '2026-12-02']],
    ['until an instant, on the clock of the zone', 'FREQ=DAILY;UNTIL=20261202T075959Z', ['2026-12-01']],
    ['until an instant that is just there', 'FREQ=DAILY;UNTIL=20261202T080000Z', ['2026-12-01', '2026-12-02']],
    ['in small letters', 'freq=daily;count=1', ['2026-12-01']],
  ])('matches %s', (_, rule, days) => {
    expect(daysOf(rule)).toEqual(days);
  });

  test('matches at several times of a day', () => {
    expect(wallsOf('FREQ=DAILY;BYHOUR=9,18;BYMINUTE=0,30;COUNT=5').map((wall) => wall.slice(8))).toEqual(
      ['01T09:00', '01T09:30', '01T18:00', '01T18:30', '02T09:00'], // prettier-ignore
    );
  });

  test('can begin and end in the middle of a day', () => {
    expect(
      wallsOf('FREQ=DAILY;BYHOUR=9,18,12;UNTIL=20261203T120000', '2026-12-01T10:00').map((wall) => wall.slice(8)),
    ).toEqual(
      ['01T12:00', '01T18:00', '02T09:00', '02T12:00', '02T18:00', '03T09:00', '03T12:00'], // prettier-ignore
    );
    expect(wallsOf('FREQ=DAILY;INTERVAL=3;BYHOUR=9;COUNT=1', '2026-12-01T10:00')).toEqual(['2026-12-04T09:00']);
  });

  test('can have 2,000 times', () => {
    expect(wallsOf('FREQ=DAILY;COUNT=2000')).toHaveLength(2_000);
    expect(wallsOf('FREQ=DAILY;BYDAY=MO;COUNT=2000')).toHaveLength(2_000);
  });
});

describe('the end of a month', () => {
  const on31st = 'FREQ=MONTHLY;BYMONTHDAY=31;COUNT=4';

  test('replaces a day that the month does not have', () => {
    expect(daysOf(on31st, '2027-01-01T09:00')).toEqual(['2027-01-31', '2027-02-28', '2027-03-31', '2027-04-30']);
    expect(daysOf('FREQ=MONTHLY;COUNT=3', '2027-01-30T09:00')).toEqual(['2027-01-30', '2027-02-28', '2027-03-30']);
    expect(daysOf('FREQ=MONTHLY;INTERVAL=3;COUNT=3', '2027-08-31T09:00')).toEqual([
      '2027-08-31',
      '2027-11-30',
      '2028-02-29',
    ]);
  });

  test('is given as the reason', () => {
    const found = expandRule(on31st, '2027-01-01T09:00', 'last_day', berlin, 'rule');
    expect(found.map(({ reasons }) => reasons)).toEqual([
      [],
      [{ kind: 'month_end', policy: 'last_day', day: 31 }],
      [],
      [{ kind: 'month_end', policy: 'last_day', day: 31 }],
    ]);
  });

  test('replaces nothing if the policy is to skip', () => {
    expect(daysOf(on31st, '2027-01-01T09:00', 'skip')).toEqual([
      '2027-01-31',
      '2027-03-31',
      '2027-05-31',
      '2027-07-31',
    ]);
  });

  test('replaces 29 February by the 28th in common years, unless the policy is to skip', () => {
    const yearly = 'FREQ=YEARLY;COUNT=5';
    const leapDays = ['2028-02-29', '2029-02-28', '2030-02-28', '2031-02-28', '2032-02-29'];
    expect(daysOf(yearly, '2028-02-29T09:00')).toEqual(leapDays);
    expect(daysOf('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=5', '2028-01-01T09:00')).toEqual(leapDays);
    expect(daysOf('FREQ=YEARLY;COUNT=2', '2028-02-29T09:00', 'skip')).toEqual(['2028-02-29', '2032-02-29']);
  });

  test('is one time if two days of the rule fall on it', () => {
    expect(daysOf('FREQ=MONTHLY;BYMONTHDAY=30,31;UNTIL=20270331', '2027-01-01T09:00')).toEqual(
      ['2027-01-30', '2027-01-31', '2027-02-28', '2027-03-30', '2027-03-31'], // prettier-ignore
    );
  });

  test('does not replace a day that must be a certain weekday', () => {
    expect(daysOf('FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=31;COUNT=2')).toEqual(['2027-12-31', '2028-03-31']);
  });
});

describe('a rule is refused', () => {
  test.each<[string, string, string]>([
    ['that is every second', 'FREQ=SECONDLY;COUNT=3', 'rule_part_invalid'],
    ['that is every hour', 'FREQ=HOURLY;COUNT=3', 'rule_part_invalid'],
    ['without a frequency', 'COUNT=3', 'rule_without_freq'],
    ['that never ends', 'FREQ=DAILY', 'rule_endless'],
    ['that ends twice', 'FREQ=DAILY;COUNT=3;UNTIL=20270101', 'rule_part_invalid'],
    ['that ends before it starts', 'FREQ=DAILY;UNTIL=20261130', 'rule_ends_before_start'],
    ['that ends on a day that is none', 'FREQ=DAILY;UNTIL=20270230', 'rule_part_invalid'],
    ['that ends in the year 9999', 'FREQ=YEARLY;UNTIL=99991231', 'rule_too_far'],
    ['that reaches beyond what is planned', 'FREQ=YEARLY;COUNT=80', 'rule_too_far'],
    ['with too many slots by its count', 'FREQ=DAILY;COUNT=2001', 'rule_part_invalid'],
    ['with too many slots by its end', 'FREQ=DAILY;BYHOUR=8,9,10;UNTIL=20990101', 'too_many_slots'],
    ['of no times', 'FREQ=DAILY;COUNT=0', 'rule_part_invalid'],
    ['with an interval of nothing', 'FREQ=DAILY;INTERVAL=0;COUNT=3', 'rule_part_invalid'],
    ['with an endless interval', 'FREQ=DAILY;INTERVAL=99999;COUNT=3', 'rule_part_invalid'],
    ['on 30 February', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3', 'rule_never_matches'],
    ['on 31 in short months', 'FREQ=DAILY;BYMONTH=4,6;BYMONTHDAY=31,-31;COUNT=3', 'rule_never_matches'],
    ['that chooses what is not there', 'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6;COUNT=3', 'rule_never_matches'],
    ['that chooses of a week', 'FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=2;COUNT=3', 'rule_part_invalid'],
    ['that has a year of days to choose from', 'FREQ=YEARLY;BYDAY=MO,TU;BYSETPOS=-1;COUNT=60', 'rule_too_costly'],
    ['that chooses among times of a day', 'FREQ=MONTHLY;BYHOUR=9,10;BYDAY=MO;BYSETPOS=1;COUNT=3', 'rule_part_invalid'],
    ['that chooses of nothing', 'FREQ=MONTHLY;BYSETPOS=1;COUNT=3', 'rule_part_invalid'],
    ['on a fifth Monday that is the first', 'FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1;COUNT=3', 'rule_never_matches'],
    ['that its rhythm never matches', 'FREQ=DAILY;INTERVAL=7;BYDAY=MO;COUNT=3', 'rule_never_matches'],
    ['that is too rare for its rhythm', 'FREQ=DAILY;BYMONTH=1;COUNT=2000', 'rule_too_rare'],
    [
      'that is never there in this century',
      'FREQ=DAILY;INTERVAL=366;BYMONTH=2;BYMONTHDAY=29;COUNT=3',
      'rule_never_matches',
    ],
    ['with a numbered weekday beside other days', 'FREQ=YEARLY;BYDAY=5MO;BYMONTHDAY=-1;COUNT=3', 'rule_part_invalid'],
    ['in week 20 and in December', 'FREQ=YEARLY;BYWEEKNO=20;BYMONTH=12;COUNT=3', 'rule_never_matches'],
    ['with days of the year in a week of it', 'FREQ=YEARLY;BYYEARDAY=1;BYWEEKNO=20;COUNT=3', 'rule_part_invalid'],
    ['with weeks in a month', 'FREQ=MONTHLY;BYWEEKNO=20;COUNT=3', 'rule_part_invalid'],
    ['with a second Monday of a week', 'FREQ=WEEKLY;BYDAY=2MO;COUNT=3', 'rule_part_invalid'],
    ['with a sixth Monday', 'FREQ=MONTHLY;BYDAY=6MO;COUNT=3', 'rule_part_invalid'],
    ['with day 0', 'FREQ=MONTHLY;BYMONTHDAY=0;COUNT=3', 'rule_part_invalid'],
    ['with hour 24', 'FREQ=DAILY;BYHOUR=24;COUNT=3', 'rule_part_invalid'],
    ['with seconds', 'FREQ=DAILY;BYSECOND=1;COUNT=3', 'rule_part_unsupported'],
    ['with a part of another calendar', 'RSCALE=CHINESE;FREQ=DAILY;COUNT=3', 'rule_part_unsupported'],
    ['with a name of JavaScript', 'constructor=1;FREQ=DAILY;COUNT=3', 'rule_part_unsupported'],
    ['that is another property', 'FREQ=DAILY;COUNT=3\nEXDATE:20261201T090000', 'rule_part_invalid'],
    ['with a part twice', 'FREQ=DAILY;COUNT=3;COUNT=4', 'rule_part_twice'],
    ['with a list without end', `FREQ=DAILY;COUNT=3;BYMINUTE=${'1,'.repeat(70)}1`, 'rule_part_invalid'],
    [
      'with every minute of every hour',
      `FREQ=DAILY;COUNT=3;BYHOUR=1,2;BYMINUTE=${Array.from({ length: 60 }, (_, minute) => minute).join(',')}`,
      'rule_part_invalid',
    ],
    ['that is nothing', ';', 'rule_part_unsupported'],
  ])('%s', (_, rule, code) => {
    const fields = refusal(() => wallsOf(rule));
    expect(fields.map((field) => field.path)).toEqual(fields.map(() => 'rule'));
    expect(fields[0]?.code).toBe(code);
  });

  test('with all of its invalid parts and their positions', () => {
    const text = 'FREQ=DAILY;COUNT=x;BYHOUR=25';
    const fields = refusal(() => wallsOf(text));
    expect(fields.map(({ start, end }) => text.slice(start, end))).toEqual(['COUNT=x', 'BYHOUR=25']);
  });
});

describe('any rule', () => {
  const some = (min: number, max: number, isSigned = false) => {
    const number = fc.integer({ min, max });
    const each = isSigned ? number.chain((found) => fc.constantFrom(found, -found)) : number;
    return rarely(fc.uniqueArray(each, { minLength: 1, maxLength: 3 }));
  };
  const rarely = <T>(values: fc.Arbitrary<T[]>): fc.Arbitrary<T[]> =>
    fc.oneof({ weight: 3, arbitrary: fc.constant<T[]>([]) }, { weight: 1, arbitrary: values });
  const weekdays = fc.uniqueArray(fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'), {
    minLength: 1,
    maxLength: 4,
  });
  const rules: fc.Arbitrary<Rule> = fc.record({
    freq: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
    interval: fc.integer({ min: 1, max: 4 }),
    count: fc.integer({ min: 1, max: 12 }),
    until: fc.constant(null),
    wkst: fc.constantFrom('MO', 'SU'),
    byDay: rarely(
      fc
        .tuple(fc.constantFrom(null, 1, 2, 5, -1), weekdays)
        .map(([ordinal, days]) => days.map((day) => ({ ordinal, day }))),
    ),
    byMonth: some(1, 12),
    byMonthDay: some(1, 31, true),
    byYearDay: some(1, 366, true),
    byWeekNo: fc.constant([]),
    byHour: some(0, 23),
    byMinute: some(0, 59),
    bySetPos: some(1, 2, true),
  });
  const start = fc
    .date({ min: new Date('2024-01-01'), max: new Date('2031-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 16));
  const textOf = (rule: Rule): string =>
    Object.entries({
      FREQ: rule.freq,
      INTERVAL: rule.interval,
      COUNT: rule.count,
      WKST: rule.wkst,
      BYDAY: rule.byDay.map(({ ordinal, day }) => `${ordinal ?? ''}${day}`),
      BYMONTH: rule.byMonth,
      BYMONTHDAY: rule.byMonthDay,
      BYYEARDAY: rule.byYearDay,
      BYHOUR: rule.byHour,
      BYMINUTE: rule.byMinute,
      BYSETPOS: rule.bySetPos,
    })
      .flatMap(([part, value]) => (String(value) === '' ? [] : [`${part}=${String(value)}`]))
      .join(';');

  test('has the times that a brute-force search of every day finds', () => {
    let expanded = 0;
    fc.assert(
      fc.property(rules, start, (rule, from) => {
        let found: string[];
        try {
          found = wallsOf(textOf(rule), from, 'skip');
        } catch (error) {
          const [field] = refusal(() => {
            throw error;
          });
          if (field?.code === 'rule_never_matches') expect(timesByHand(rule, from, 12)).toEqual([]);
          return;
        }
        expanded += 1;
        const byHand = timesByHand(rule, from, 12);
        expect(found.slice(0, byHand.length)).toEqual(byHand);
      }),
      { numRuns: 300 },
    );
    expect(expanded).toBeGreaterThan(120);
  });
});
