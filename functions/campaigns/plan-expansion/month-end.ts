import { monthLength } from '#shared/recurrence/day-rule.ts';
import type { Rule } from '#shared/recurrence/rule.ts';
import type { Reason } from '../domain/planned-slot.ts';

/** A wall time of a rule, in milliseconds as if in UTC, and the policies applied to find it. */
export interface RuleTime {
  wall: number;
  reasons: Reason[];
}

/** A rule for days that some months lack, widened by the last day of each month. */
interface LastDays {
  rule: Rule;
  /** The days that the rule names. */
  days: readonly number[];
}

/**
 * Widens a rule by the last days of months, if it selects only by day of the month and names days that some months
 * lack; null otherwise. The library ignores SKIP (RFC 7529), which means the same.
 * @param start if the rule names no day, it matches the day of its start (RFC 5545, section 3.3.10)
 */
export const lastDays = (rule: Rule, start: string): LastDays | null => {
  const others = [rule.byDay, rule.byYearDay, rule.byWeekNo, rule.bySetPos];
  const isByDayOfMonth = rule.freq === 'MONTHLY' || rule.freq === 'YEARLY';
  if (!isByDayOfMonth || others.some(({ length }) => length > 0)) return null;
  const days = rule.byMonthDay.length > 0 ? rule.byMonthDay : [Number(start.slice(8, 10))];
  if (!days.some((day) => day > 28)) return null;
  const isOfOneMonth = rule.freq === 'YEARLY' && rule.byMonthDay.length === 0 && rule.byMonth.length === 0;
  const byMonth = isOfOneMonth ? [Number(start.slice(5, 7))] : rule.byMonth;
  return { rule: { ...rule, byMonth, byMonthDay: [...days, -1] }, days };
};

/** Filters the times of a widened rule to the days that it names, and the last days of months that lack one. */
export const withLastDays = (walls: readonly number[], { days }: LastDays): RuleTime[] =>
  walls.flatMap((wall): RuleTime[] => {
    const date = new Date(wall);
    const day = date.getUTCDate();
    const length = monthLength(date);
    if (days.includes(day) || days.includes(day - length - 1)) return [{ wall, reasons: [] }];
    const lacking = days.find((each) => each > length);
    if (lacking === undefined || day !== length) return [];
    return [{ wall, reasons: [{ kind: 'month_end', policy: 'last_day', day: lacking }] }];
  });
