import type { Rule } from './rule.ts';

/**
 * A rule for days in a form that the library expands quickly, in a microsecond a day instead of 50, and a filter for
 * the days found.
 */
export interface DayRule {
  rule: Rule;
  /** Null: every day counts. */
  counts: ((day: Date) => boolean) | null;
}

/**
 * Returns the same days in another form: limits by month and day of the month move to `counts`, years are split into
 * months, and a day that the rule takes from its start is made explicit.
 * @param start midnight of the first day, in milliseconds as if its zone were UTC
 */
export const dayRule = (rule: Rule, start: number): DayRule => {
  if (rule.freq === 'DAILY' || rule.freq === 'WEEKLY') return withoutLimits(rule);
  const first = new Date(start);
  const named = withDay(rule, first);
  return rule.freq === 'YEARLY' && isOfMonths(named) ? asMonthly(named, first) : { rule: named, counts: null };
};

/**
 * Whether the library is slow with the rule: every rule that is not monthly, weekly or daily. `maxSlowDays` bounds its
 * cost.
 */
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

/** Adds the day of the start where a rule names none (RFC 5545, section 3.3.10). */
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

/** Whether the days of a yearly rule can be found month by month. */
const isOfMonths = ({ byDay, byMonth, byMonthDay, byYearDay, byWeekNo, bySetPos }: Rule): boolean => {
  const isOfYear = byYearDay.length + byWeekNo.length + bySetPos.length > 0;
  // Without BYMONTH, numbered weekdays count within the year.
  const isNumbered = byDay.some(({ ordinal }) => ordinal !== null);
  return !isOfYear && (byMonth.length > 0 || (byMonthDay.length > 0 && !isNumbered));
};

const asMonthly = (rule: Rule, first: Date): DayRule => ({
  rule: { ...rule, freq: 'MONTHLY', interval: 1 },
  counts: rule.interval === 1 ? null : (day) => (day.getUTCFullYear() - first.getUTCFullYear()) % rule.interval === 0,
});

/** Returns the number of days in the month of a day. */
export const monthLength = (day: Date): number =>
  new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
