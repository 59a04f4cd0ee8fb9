import { RRuleTemporal } from 'rrule-temporal';
import { dayMs, hourMs, minuteMs } from '#shared/time.ts';
import type { ZoneClock } from '#shared/zone-clock.ts';
import { maxSlots } from '../domain/plan.ts';
import type { Policies } from '../domain/plan-policies.ts';
import { dayRule, isSlow } from './day-rule.ts';
import { invalidField } from './invalid.ts';
import { lastDays, type RuleTime, withLastDays } from './month-end.ts';
import { parseRule } from './parse-rule.ts';
import type { Rule } from './rule.ts';
import { maxCandidates } from './rule-checks.ts';
import { dayNumberOf, timeOfDay, wallOf } from './wall-time.ts';

/** Rules end by then. */
const horizon = wallOf('2099-12-31T23:59');

/** Periods that the library may look at: all days until the end, of which it counts off 10,000 in a millisecond. */
const maxIterations = 30_000;
/** Days that it may look at in the shapes which it is slow with: it takes up to 25 milliseconds for so many. */
const maxSlowDays = 600;
/** Days that it may find where not all of them count. */
const maxFound = 5_000;

/**
 * The wall times of a rule, in order, each once. The library expands it as if wall times were UTC, where no clock is ever
 * changed: with a zone it would drop what falls into a gap, and count on.
 * @param text the rule (RFC 5545 RRULE)
 * @param start the first wall time that may match (DTSTART), such as `2026-11-30T09:30`
 * @param clock of the zone that an UNTIL in UTC is read in
 * @param path where the rule stands in the plan
 * @throws DomainError `invalid_plan`
 */
export const expandRule = (
  text: string,
  start: string,
  monthEnd: Policies['monthEnd'],
  clock: ZoneClock,
  path: string,
): RuleTime[] => {
  const rule = parseRule(text, path);
  const untilWall = rule.until && (rule.until.isUtc ? clock.wallAt(rule.until.at) : rule.until.at);
  const end = Math.min(untilWall ?? horizon, horizon);
  if (end < wallOf(start)) throw invalidField(path, 'rule_ends_before_start', 'UNTIL is before `start`');

  const times = timesOf(rule, wallOf(start));
  const wanted = rule.count ?? maxSlots + 1;
  const found = daysOf(rule, start, end, Math.ceil(wanted / times.length) + 1, monthEnd, path)
    .flatMap(({ wall: day, reasons }) => times.map((time) => ({ wall: day + time, reasons })))
    .filter(({ wall }) => wallOf(start) <= wall && wall <= end)
    .slice(0, wanted);

  if (found.length > maxSlots) {
    throw invalidField(path, 'too_many_slots', `makes more than the ${maxSlots} slots that a plan may have`);
  }
  if (found.length === 0) throw invalidField(path, 'rule_never_matches', 'matches no time between `start` and its end');
  if (found.length < (rule.count ?? 0) || (untilWall ?? 0) > horizon) {
    throw invalidField(path, 'rule_too_far', 'reaches beyond 2099');
  }
  return found;
};

/** The times of each day, in milliseconds since midnight: the library is quickest where it has one to think of. */
const timesOf = ({ byHour, byMinute }: Rule, start: number): number[] => {
  const [hours, minutes] = [Math.floor(timeOfDay(start) / hourMs), (timeOfDay(start) % hourMs) / minuteMs];
  return (byHour.length > 0 ? byHour : [hours])
    .flatMap((hour) => (byMinute.length > 0 ? byMinute : [minutes]).map((minute) => hour * hourMs + minute * minuteMs))
    .sort((one, other) => one - other);
};

/** The first days that a rule matches, from that of its start on, by the policy for the end of a month. */
const daysOf = (
  rule: Rule,
  start: string,
  end: number,
  count: number,
  monthEnd: Policies['monthEnd'],
  path: string,
): RuleTime[] => {
  const widened = monthEnd === 'last_day' ? lastDays(rule, start) : null;
  const first = dayNumberOf(wallOf(start)) * dayMs;
  // Of a widened rule every other day may be one that was not meant.
  return widened
    ? withLastDays(matches(widened.rule, first, end, 2 * count, path), widened)
    : matches(rule, first, end, count, path).map((wall) => ({ wall, reasons: [] }));
};

/** The first days that a rule matches, by the library. */
const matches = (asked: Rule, start: number, end: number, count: number, path: string): number[] => {
  const { rule, counts } = dayRule(asked, start);
  if (isSlow(rule) && slowDays(rule, start, end, count) > maxSlowDays) {
    throw invalidField(
      path,
      'rule_too_costly',
      'has too many days to look at for FREQ=YEARLY; name months, or end sooner',
    );
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
  throw invalidField(
    path,
    'rule_too_rare',
    'matches too seldom to be looked for; FREQ=MONTHLY or YEARLY finds it sooner',
  );
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
