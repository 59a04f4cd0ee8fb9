import { Temporal } from 'temporal-polyfill';
import { DomainError, type FieldError } from '../errors.ts';
import { dayMs } from '../time.ts';
import { matchingDays, timesOf } from './matching-days.ts';
import { parseRule, type RuleUse } from './parse-rule.ts';
import type { RecurrenceSchedule, ScheduleUse } from './schedule.ts';

/** The error for a schedule. */
const invalidSchedule = (fields: readonly FieldError[]): DomainError =>
  new DomainError(
    'invalid',
    'invalid_schedule',
    'The schedule is invalid or never occurs; `fields` says what to fix.',
    {
      fields,
    },
  );

const ruleUse = (path: string): RuleUse => ({ path, maxCount: 1_000, mayBeEndless: true, refuse: invalidSchedule });

/** How many days of a rule are followed after its start, some thirteen years. */
const maxDays = 5_000;

/** How far ahead the next time is searched for. */
const lookAheadMs = 3 * 366 * dayMs;

/**
 * Returns the first instant of a rule after another; null where there is none within three years. Rules follow the
 * clock of their zone: a time skipped by the clocks moves later by the gap, and of a repeated time the first counts
 * (`Temporal`, disambiguation "compatible").
 * @param timeZone an IANA zone that is known to exist
 * @throws DomainError `invalid_schedule`
 */
export const nextRunAfter = (
  schedule: RecurrenceSchedule,
  timeZone: string,
  after: Date,
  use: ScheduleUse,
): string | null => {
  const until = Math.max(Date.parse(`${schedule.start}Z`), after.getTime()) + lookAheadMs;
  let next: { wall: number; instant: number } | undefined;
  for (const wall of wallsBetween(schedule, timeZone, after, until, use)) {
    // A skipped time moves past some later times of its day.
    if (next && wall > next.wall + dayMs) break;
    const instant = instantOf(wall, timeZone);
    if (instant > after.getTime() && instant < (next?.instant ?? Infinity)) next = { wall, instant };
  }
  return next ? new Date(next.instant).toISOString() : null;
};

/** Returns all instants of a rule after one and up to another, in order, by the rules of `nextRunAfter`. */
export const runsBetween = (
  schedule: RecurrenceSchedule,
  timeZone: string,
  after: Date,
  until: Date,
  use: ScheduleUse,
): string[] =>
  [...new Set(wallsBetween(schedule, timeZone, after, until.getTime(), use).map((wall) => instantOf(wall, timeZone)))]
    .filter((instant) => instant > after.getTime() && instant <= until.getTime())
    .sort((a, b) => a - b)
    .map((instant) => new Date(instant).toISOString());

/** Returns the wall times of a rule between two instants, starting up to a day early. */
const wallsBetween = (
  { start, rule: text }: RecurrenceSchedule,
  timeZone: string,
  after: Date,
  until: number,
  { path, mostPerDay }: ScheduleUse,
): number[] => {
  const use = ruleUse(path);
  const rule = parseRule(text, use);
  const wallStart = Date.parse(`${start}Z`);
  const times = timesOf(rule, wallStart);
  if (times.length > mostPerDay) {
    throw invalidSchedule([
      { path: use.path, code: 'rule_too_frequent', message: `must match at most ${mostPerDay} times a day` },
    ]);
  }
  const last = rule.until && (rule.until.isUtc ? wallAt(rule.until.at, timeZone) : rule.until.at);
  const end = Math.min(last ?? Infinity, wallAt(until, timeZone));
  // Clocks that are put back repeat wall times, but never a whole day of them.
  const begin = wallAt(after.getTime(), timeZone) - dayMs;
  const firstDay = Math.floor(wallStart / dayMs) * dayMs;
  return (end < wallStart ? [] : matchingDays(rule, firstDay, end, maxDays, use))
    .flatMap((day) => times.map((time) => day + time))
    .filter((wall) => wallStart <= wall && wall <= end)
    .slice(0, rule.count ?? Infinity)
    .filter((wall) => wall > begin);
};

/** Returns the first instant of a rule. @throws DomainError `invalid_schedule`, also where there is none */
export const firstRunAfter = (
  schedule: RecurrenceSchedule,
  timeZone: string,
  after: Date,
  use: ScheduleUse,
): string => {
  const next = nextRunAfter(schedule, timeZone, after, use);
  if (next !== null) return next;
  const message = 'matches no time in the next three years';
  throw invalidSchedule([{ path: use.path, code: 'rule_never_matches', message }]);
};

/** Returns the wall time of an instant, in milliseconds as if the zone were UTC. */
const wallAt = (instant: number, timeZone: string): number => {
  const shown = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone);
  return instant + shown.offsetNanoseconds / 1e6;
};

const instantOf = (wall: number, timeZone: string): number =>
  Temporal.PlainDateTime.from(new Date(wall).toISOString().slice(0, 19)).toZonedDateTime(timeZone).epochMilliseconds;
