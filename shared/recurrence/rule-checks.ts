import type { Rule } from './rule.ts';

/** One every quarter of an hour; no plan of an account needs more. */
const maxTimesPerDay = 96;

interface Wrong {
  code: string;
  message: string;
}

/** Days of the months, with the February of a leap year. */
const longestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const invalid = (message: string): Wrong => ({ code: 'rule_part_invalid', message });
const never = (message: string): Wrong => ({ code: 'rule_never_matches', message });

/** Returns why parts of a rule cannot be combined (RFC 5545, section 3.3.10). */
const forbidden = (rule: Rule): string | undefined => {
  const { freq, byDay, byMonth, byWeekNo } = rule;
  const isYearly = freq === 'YEARLY';
  const isOfYear = isYearly && byMonth.length === 0;
  const ordinals = byDay.flatMap(({ ordinal }) => (ordinal === null ? [] : [Math.abs(ordinal)]));
  const maxOrdinal = isOfYear ? 53 : 5;
  if (!isYearly && byWeekNo.length > 0) return 'BYWEEKNO requires FREQ=YEARLY';
  // RFC 5545 intersects all parts; the library ignores some of these.
  if (rule.byYearDay.length > 0 && byDay.length + byMonth.length + rule.byMonthDay.length + byWeekNo.length > 0) {
    return 'BYYEARDAY cannot be combined with other days or months';
  }
  if (byWeekNo.length > 0 && rule.byMonthDay.length > 0) return 'BYWEEKNO cannot be combined with BYMONTHDAY';
  if (!isYearly && rule.byYearDay.length > 0) return 'BYYEARDAY requires FREQ=YEARLY';
  if (freq === 'WEEKLY' && rule.byMonthDay.length > 0) return 'BYMONTHDAY cannot be combined with FREQ=WEEKLY';
  if (ordinals.length > 0 && !isYearly && freq !== 'MONTHLY') {
    return 'Numbers in BYDAY require FREQ=MONTHLY or FREQ=YEARLY';
  }
  if (rule.bySetPos.length > 0 && !isYearly && freq !== 'MONTHLY') {
    return 'BYSETPOS requires FREQ=MONTHLY or FREQ=YEARLY';
  }
  if (ordinals.length > 0 && isOfYear && rule.byMonthDay.length + rule.byYearDay.length + byWeekNo.length > 0) {
    return 'Numbers in BYDAY cannot be combined with other days when FREQ=YEARLY has no BYMONTH';
  }
  if (ordinals.some((ordinal) => ordinal > maxOrdinal)) return `Numbers in BYDAY must be at most ${maxOrdinal} here`;
  return undefined;
};

/** Returns the most days that one period of the rule can have, among which BYSETPOS chooses. */
export const maxCandidates = (rule: Rule): number => {
  const { freq, byDay, byMonthDay, byYearDay, byWeekNo, byMonth } = rule;
  const months = freq === 'YEARLY' ? Math.max(byMonth.length, 1) : 1;
  const weekdays = byDay.reduce((sum, { ordinal }) => sum + (ordinal === null ? 5 : 1), 0);
  if (byYearDay.length > 0) return byYearDay.length;
  if (byWeekNo.length > 0) return byWeekNo.length * 7;
  if (byMonthDay.length > 0) return byMonthDay.length * (byMonth.length > 0 ? months : freq === 'YEARLY' ? 12 : 1);
  if (byDay.length > 0) return freq === 'YEARLY' && byMonth.length === 0 ? 53 * byDay.length : weekdays * months;
  return months;
};

/**
 * Returns why a rule cannot be expanded, as far as its text shows; undefined when it can.
 * @param mayBeEndless whether COUNT and UNTIL may both be missing
 */
export const impossible = (rule: Rule, mayBeEndless: boolean): Wrong | undefined => {
  const { count, until, byMonth, byMonthDay, bySetPos } = rule;
  if (!mayBeEndless && count === null && until === null) {
    return { code: 'rule_endless', message: 'COUNT or UNTIL is required' };
  }
  if (count !== null && until !== null) return invalid('COUNT and UNTIL cannot be combined');
  const wrong = forbidden(rule);
  if (wrong !== undefined) return invalid(wrong);
  const timesPerDay = Math.max(rule.byHour.length, 1) * Math.max(rule.byMinute.length, 1);
  if (timesPerDay > maxTimesPerDay)
    return invalid(`BYHOUR and BYMINUTE must not make more than ${maxTimesPerDay} times a day`);

  const isThere = (day: number): boolean =>
    (byMonth.length > 0 ? byMonth : [1]).some((month) => Math.abs(day) <= (longestMonths[month - 1] ?? 0));
  if (byMonthDay.length > 0 && !byMonthDay.some(isThere)) {
    return never('BYMONTHDAY names no day that exists in the months of BYMONTH');
  }
  const parts = [rule.byDay, byMonth, byMonthDay, rule.byYearDay, rule.byWeekNo];
  if (bySetPos.length === 0) return undefined;
  if (parts.every(({ length }) => length === 0)) return invalid('BYSETPOS requires another BY part to choose from');
  if (timesPerDay > 1) return invalid('BYSETPOS cannot be combined with several times a day');
  const most = maxCandidates(rule);
  return bySetPos.some((place) => Math.abs(place) <= most)
    ? undefined
    : never(`BYSETPOS chooses among at most ${most}, and all its numbers are greater`);
};
