import { RRuleTemporal } from 'rrule-temporal';
import { dayMs, hourMs, minuteMs } from '../time.ts';
import { dayRule, isSlow } from './day-rule.ts';
import type { RuleUse } from './parse-rule.ts';
import type { Rule } from './rule.ts';
import { maxCandidates } from './rule-checks.ts';

/** Periods that the library may look at: all days until the end, of which it counts off 10,000 in a millisecond. */
const maxIterations = 30_000;
/** Days that it may look at in the shapes which it is slow with: it takes up to 25 milliseconds for so many. */
const maxSlowDays = 600;
/** Days that it may find where not all of them count. */
const maxFound = 5_000;

/**
 * The times of each day, in milliseconds since midnight: the library is quickest where it has one to think of.
 * @param start the first wall time that may match, in milliseconds as if its zone were UTC
 */
export const timesOf = ({ byHour, byMinute }: Rule, start: number): number[] => {
  const [hours, minutes] = [Math.floor((start % dayMs) / hourMs), (start % hourMs) / minuteMs];
  return (byHour.length > 0 ? byHour : [hours])
    .flatMap((hour) => (byMinute.length > 0 ? byMinute : [minutes]).map((minute) => hour * hourMs + minute * minuteMs))
    .sort((one, other) => one - other);
};

/**
 * The first days that a rule matches, by the library, which expands it as if wall times were UTC, where no clock is ever
 * changed. All in milliseconds as if the zone were UTC.
 * @param start midnight of the first day that may match
 * @param end the last wall time that may match
 * @throws DomainError as `refuse` makes it, for a rule that is too costly or matches too seldom
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
    // The library has no error of its own: `Maximum iterations (1000) exceeded in all()`.
    if (!(error instanceof Error && error.message.startsWith('Maximum '))) throw error;
  }
  throw invalid('rule_too_rare', 'matches too rarely to search for; use FREQ=MONTHLY or FREQ=YEARLY instead');
};

/** Days that the library looks at: until it found so many, or all until the end where some may not count. */
const slowDays = (rule: Rule, start: number, end: number, count: number): number => {
  const years = new Date(end).getUTCFullYear() - new Date(start).getUTCFullYear() + 1;
  const all = Math.ceil(years / rule.interval) * maxCandidates(rule);
  const parts = [rule.byDay, rule.byMonth, rule.byMonthDay, rule.byYearDay, rule.byWeekNo];
  const isPlain = rule.bySetPos.length === 0 && parts.filter(({ length }) => length > 0).length === 1;
  return isPlain ? Math.min(all, count) : all;
};

/** Such as `20261130T093000Z`. */
const compact = (wall: number): string => new Date(wall).toISOString().replace(/[-:]|\.\d{3}/g, '');

/** What the rule says of days, without its end. */
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
