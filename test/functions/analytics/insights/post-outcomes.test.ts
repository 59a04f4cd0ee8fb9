import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dateOf, dayOfDate, localClock, weekdayOf } from '#functions/analytics/insights/local-clock.ts';
import { outcomesOf } from '#functions/analytics/insights/post-outcomes.ts';
import { instantAfter } from '#shared/time.ts';
import { observed, shuffled } from './simulated.ts';

const utc = { metric: 'engagements', timeZone: 'UTC' } as const;

describe('the local clock', () => {
  test.each([
    ['before the clocks go forward', 'Europe/Berlin', '2026-03-29T00:59:59Z', '2026-03-29', 7, 1],
    ['after it', 'Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29', 7, 3],
    ['the first time an hour is shown', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25', 7, 2],
    ['the second time', 'Europe/Berlin', '2026-10-25T01:30:00Z', '2026-10-25', 7, 2],
    ['another day than in UTC', 'America/Los_Angeles', '2026-11-23T07:00:00Z', '2026-11-22', 7, 23],
    ['half an hour off', 'Asia/Kolkata', '2026-11-22T18:30:00Z', '2026-11-23', 1, 0],
    ['clocks that go forward half an hour', 'Australia/Lord_Howe', '2026-10-03T15:30:00Z', '2026-10-04', 7, 2],
    ['a day that was left out', 'Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-31', 6, 0],
  ])('%s: %s at %s', (_, timeZone, instant, date, weekday, hour) => {
    const { day, ...shown } = localClock(timeZone)(Date.parse(instant));
    expect([dateOf(day), shown]).toEqual([date, { weekday, hour }]);
  });

  test('shows what Intl shows, regardless of earlier calls', () => {
    const format = new Intl.DateTimeFormat('en-CA', {
      ...{ timeZone: 'America/New_York', hourCycle: 'h23' },
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit' },
    });
    const clock = localClock('America/New_York');
    const instants = fc.date({ min: new Date('2010-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, (instant) => {
        const { day, hour } = clock(instant.getTime());
        expect(format.format(instant)).toBe(`${dateOf(day)}, ${String(hour).padStart(2, '0')}`);
      }),
    );
  });

  test('throws for an unknown time zone', () => {
    expect(() => localClock('Europe/Atlantis')).toThrow(RangeError);
  });

  test('converts dates to days and back, and weekdays repeat every seven days, also before 1970', () => {
    expect(weekdayOf(dayOfDate('1969-12-29'))).toBe(1);
    fc.assert(
      fc.property(fc.integer({ min: -10_000, max: 30_000 }), (day) => {
        expect(dayOfDate(dateOf(day))).toBe(day);
        expect(weekdayOf(day + 7)).toBe(weekdayOf(day));
        expect(weekdayOf(day)).toBe(new Date(day * 86_400_000).getUTCDay() || 7);
      }),
    );
  });
});

describe('outcomes', () => {
  const at = '2026-11-02T09:00:00.000Z';

  test('count from 72 hours on', () => {
    const young = observed(at, 5, { measuredAt: '2026-11-05T08:59:59.999Z' });
    const mature = observed(at, 5, { measuredAt: '2026-11-05T09:00:00.000Z' });
    expect(outcomesOf([young, mature], utc).map(({ post }) => post)).toEqual([mature]);
  });

  test('are the sum of all engagements, and left out if a part is unknown', () => {
    const metrics = {
      ...{ impressions: 900, likes: 1, reposts: 2, replies: 3, quotes: 4, bookmarks: 5 },
      ...{ urlClicks: 6, profileClicks: 7 },
    };
    const known = observed(at, 0, { metrics });
    const unknown = observed(at, 0, { metrics: { ...metrics, urlClicks: null } });
    expect(outcomesOf([known, unknown], utc).map(({ count }) => count)).toEqual([28]);
    const impressions = outcomesOf([known, unknown], { ...utc, metric: 'impressions' });
    expect(impressions.map(({ count }) => count)).toEqual([900, 900]);
    expect(impressions[0]?.value).toBeCloseTo(Math.log(901), 12);
  });

  test('count a post once, by its latest reading, in whatever order', () => {
    const post = observed(at, 5);
    const later = { ...post, measuredAt: instantAfter(post.measuredAt, 1), metrics: { ...post.metrics, likes: 6 } };
    const same = { ...later, metrics: { ...post.metrics, likes: 7 } };
    const other = observed('2026-11-01T09:00:00.000Z', 1);
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const counts = outcomesOf(shuffled([post, later, same, other, post], seed), utc).map(({ count }) => count);
        expect(counts).toEqual([1, 7]);
      }),
    );
  });

  test('are empty without posts', () => {
    expect(outcomesOf([], utc)).toEqual([]);
  });
});
