import { RRuleTemporal } from 'rrule-temporal';
import { dayMs, hourMs, minuteMs } from '../time.ts';
import { dayRule, isSlow } from './day-rule.ts';
import type { RuleUse } from './parse-rule.ts';
import type { Rule } from './rule.ts';
import { maxCandidates } from './rule-checks.ts';

/** Periods that the library may search: all days until the end. It steps through 10,000 in a millisecond. */
const maxIterations = 30_000;
/** Days that it may search for slow rules, which takes up to 25 milliseconds. */
const maxSlowDays = 600;
/** Days that it may find where some are filtered out. */
const maxFound = 5_000;

/**
 * Returns the times of each day, in milliseconds since midnight. The library gets only the days: it is fastest with one
 * time a day.
 * @param start the first wall time that can match, in milliseconds as if its zone were UTC
 */
export const timesOf = ({ byHour, byMinute }: Rule, start: number): number[] => {
  const [hours, minutes] = [Math.floor((start % dayMs) / hourMs), (start % hourMs) / minuteMs];
  return (byHour.length > 0 ? byHour : [hours])
    .flatMap((hour) => (byMinute.length > 0 ? byMinute : [minutes]).map((minute) => hour * hourMs + minute * minuteMs))
    .sort((one, other) => one - other);
};

/**
 * Finds the first days that a rule matches. The library expands the rule as if wall times were UTC, where clocks never
 * change. All values are in milliseconds as if the zone were UTC.
 * @param start midnight of the first day that can match
 * @param end the last wall time that can match
 * @throws DomainError made by `refuse`, for a rule that is too costly or matches too rarely
 */
export const matchingDays = (
  asked: Rule,
  start: number,
  end: number,
  count: number,
  { path, refuse }: RuleUse,
): number[] => {
  const invalid = (code: string, message: string) => refuse([{ path, code, message }]);
  const { rule, counts } = dayRule(asked, start);
  if (isSlow(rule) && slowDays(rule, start, end, count) > maxSlowDays) {
    throw invalid('rule_too_costly', 'has too many days to look at for FREQ=YEARLY; name months, or end sooner');
  }
  const found = counts ? maxFound : count;
  const rruleString = `DTSTART:${compact(start)}\nRRULE:${partsOf(rule)};COUNT=${found};UNTIL=${compact(end)}`;
  try {
    const days = new RRuleTemporal({ rruleString, maxIterations }).all().map((day) => day.epochMilliseconds);
    if (!counts) return days;
    const counted = days.filter((day) => counts(new Date(day)));
    if (days.length < maxFound || counted.length >= count) return counted;
  } catch (error) {
    // The library has no error class for this: `Maximum iterations (1000) exceeded in all()`.
    if (!(error instanceof Error && error.message.startsWith('Maximum '))) throw error;
  }
  throw invalid('rule_too_rare', 'matches too rarely to search for; use FREQ=MONTHLY or FREQ=YEARLY instead');
};

/** Returns how many days the library searches: up to `count` matches for plain rules, otherwise all until the end. */
const slowDays = (rule: Rule, start: number, end: number, count: number): number => {
  const years = new Date(end).getUTCFullYear() - new Date(start).getUTCFullYear() + 1;
  const all = Math.ceil(years / rule.interval) * maxCandidates(rule);
  const parts = [rule.byDay, rule.byMonth, rule.byMonthDay, rule.byYearDay, rule.byWeekNo];
  const isPlain = rule.bySetPos.length === 0 && parts.filter(({ length }) => length > 0).length === 1;
  return isPlain ? Math.min(all, count) : all;
};

/** Formats a wall time as `20261130T093000Z`. */
const compact = (wall: number): string => new Date(wall).toISOString().replace(/[-:]|\.\d{3}/g, '');

/** Formats the parts of a rule that select days, without its end. */
const partsOf = (rule: Rule): string =>
  [
    `FREQ=${rule.freq};INTERVAL=${rule.interval};WKST=${rule.wkst}`,
    ...Object.entries({
      BYDAY: rule.byDay.map(({ ordinal, day }) => `${ordinal ?? ''}${day}`),
      BYMONTH: rule.byMonth,
      BYMONTHDAY: rule.byMonthDay,
      BYYEARDAY: rule.byYearDay,
      BYWEEKNO: rule.byWeekNo,
      BYSETPOS: rule.bySetPos,
    }).flatMap(([part, values]) => (values.length > 0 ? [`${part}=${values.join(',')}`] : [])),
  ].join(';');
