import { Temporal } from 'temporal-polyfill';
import { dayAfter, startOfDay } from '#shared/local-days.ts';

/** Days in a time zone, both ends inclusive, such as `2026-11-01` to `2026-11-30`. */
export interface Period {
  from: string;
  to: string;
  timeZone: string;
}

/** A span of time in ms since the epoch, the end exclusive. */
export interface Span {
  start: number;
  end: number;
}

export type Granularity = 'hour' | 'day' | 'week' | 'month';

export const spanOf = ({ from, to, timeZone }: Period): Span => ({
  start: Date.parse(startOfDay(from, timeZone)),
  end: Date.parse(startOfDay(dayAfter(to), timeZone)),
});

/** Returns the period of the same length just before. */
export const periodBefore = ({ from, to, timeZone }: Period): Period => {
  const first = Temporal.PlainDate.from(from);
  const { days } = first.until(Temporal.PlainDate.from(to).add({ days: 1 }));
  return { from: first.subtract({ days }).toString(), to: first.subtract({ days: 1 }).toString(), timeZone };
};

/** Returns today's date in a time zone. */
export const todayIn = (now: Date, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString();

/** Returns the first of a number of days that end with a day. */
export const firstOf = (days: number, last: string): string =>
  Temporal.PlainDate.from(last)
    .subtract({ days: days - 1 })
    .toString();

const step = {
  hour: { hours: 1 },
  day: { days: 1 },
  week: { weeks: 1 },
  month: { months: 1 },
} as const satisfies Record<Granularity, object>;

/**
 * Returns the buckets of a period in its time zone, without gaps. Weeks begin on Monday (ISO 8601), months on the
 * first; the first and the last bucket are cut at the ends of the period. An hour is always 60 minutes, also when
 * clocks are set back.
 */
export const bucketsOf = (period: Period, granularity: Granularity): Span[] => {
  const { start, end } = spanOf(period);
  const buckets: Span[] = [];
  let at = beginningOf(period, granularity);
  for (;;) {
    const next = at.add(step[granularity]);
    // A day begins later than midnight if clocks are set forward then.
    const [from, to] = [at, next].map((each) =>
      granularity === 'hour' ? each.epochMilliseconds : each.startOfDay().epochMilliseconds,
    ) as [number, number];
    if (from >= end) return buckets;
    if (to > start) buckets.push({ start: Math.max(from, start), end: Math.min(to, end) });
    at = next;
  }
};

const beginningOf = ({ from, timeZone }: Period, granularity: Granularity): Temporal.ZonedDateTime => {
  const day = Temporal.PlainDate.from(from);
  if (granularity === 'week') return day.subtract({ days: day.dayOfWeek - 1 }).toZonedDateTime(timeZone);
  return (granularity === 'month' ? day.with({ day: 1 }) : day).toZonedDateTime(timeZone);
};
