import type { Rule } from './rule.ts';

/**
 * A rule of days in the shape that the library is quick at, a microsecond a day instead of 50, and what is left to ask of
 * the days that it finds.
 */
export interface DayRule {
  rule: Rule;
  /** Null: every day counts. */
  counts: ((day: Date) => boolean) | null;
}

/**
 * The same days, in another shape: limits by month and day of the month are left to `counts`; years become their months;
 * the day that a rule leaves to its start is named.
 * @param start midnight of the first day, in milliseconds as if its zone were UTC
 */
export const dayRule = (rule: Rule, start: number): DayRule => {
  if (rule.freq === 'DAILY' || rule.freq === 'WEEKLY') return withoutLimits(rule);
  const first = new Date(start);
  const named = withDay(rule, first);
  return rule.freq === 'YEARLY' && isOfMonths(named) ? asMonthly(named, first) : { rule: named, counts: null };
};

/** The library is slow with all that is not of months: that is bounded by its cost, see `maxSlowDays`. */
export const isSlow = ({ freq }: Rule): boolean => freq === 'YEARLY';

const withoutLimits = (rule: Rule): DayRule => {
  const { byMonth, byMonthDay } = rule;
  if (byMonth.length + byMonthDay.length === 0) return { rule, counts: null };
  return {
    rule: { ...rule, byMonth: [], byMonthDay: [] },
    counts: (day) =>
      (byMonth.length === 0 || byMonth.includes(day.getUTCMonth() + 1)) &&
      (byMonthDay.length === 0 ||
        byMonthDay.includes(day.getUTCDate()) ||
        byMonthDay.includes(day.getUTCDate() - monthLength(day) - 1)),
  };
};

/** Where a rule names no day, that of its start counts (RFC 5545, section 3.3.10). */
const withDay = (rule: Rule, first: Date): Rule => {
  const { freq, byDay, byMonth, byMonthDay, byYearDay, byWeekNo } = rule;
  if (byDay.length + byMonthDay.length + byYearDay.length + byWeekNo.length > 0) return rule;
  const isOfItsMonth = freq === 'YEARLY' && byMonth.length === 0;
  return {
    ...rule,
    byMonth: isOfItsMonth ? [first.getUTCMonth() + 1] : byMonth,
    byMonthDay: [first.getUTCDate()],
  };
};

/** Whether the days of a year are found month by month. */
const isOfMonths = ({ byDay, byMonth, byMonthDay, byYearDay, byWeekNo, bySetPos }: Rule): boolean => {
  const isOfYear = byYearDay.length + byWeekNo.length + bySetPos.length > 0;
  // Numbers of weekdays count within the year where no month is named.
  const isNumbered = byDay.some(({ ordinal }) => ordinal !== null);
  return !isOfYear && (byMonth.length > 0 || (byMonthDay.length > 0 && !isNumbered));
};

const asMonthly = (rule: Rule, first: Date): DayRule => ({
  rule: { ...rule, freq: 'MONTHLY', interval: 1 },
  counts: rule.interval === 1 ? null : (day) => (day.getUTCFullYear() - first.getUTCFullYear()) % rule.interval === 0,
});

/** Days of the month that a day is in. */
export const monthLength = (day: Date): number =>
  new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
