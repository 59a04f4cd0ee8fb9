import { Temporal } from 'temporal-polyfill';
import { DomainError, type FieldError } from '../errors.ts';
import { dayMs } from '../time.ts';
import { matchingDays, timesOf } from './matching-days.ts';
import { parseRule, type RuleUse } from './parse-rule.ts';
import type { RecurrenceSchedule, ScheduleUse } from './schedule.ts';

/** The refusal of a schedule. */
const invalidSchedule = (fields: readonly FieldError[]): DomainError =>
  new DomainError('invalid', 'invalid_schedule', 'The schedule cannot be followed; `fields` says what to fix.', {
    fields,
  });

const ruleUse = (path: string): RuleUse => ({ path, maxCount: 1_000, mayBeEndless: true, refuse: invalidSchedule });

/** A rule is followed for so many days after its start, some thirteen years. */
const maxDays = 5_000;

/** How far ahead the next time is looked for. */
const lookAheadMs = 3 * 366 * dayMs;

/**
 * The instants of a rule after another one, the first one alone; null where there is none within three years. Rules are on
 * the clock of their zone: a time that clocks skip is as much later as they are put forward, of one that they show twice
 * the first counts (`Temporal`, disambiguation "compatible").
 * @param timeZone an IANA zone that is known to exist
 * @throws DomainError `invalid_schedule`
 */
export const nextRunAfter = (
  { start, rule: text }: RecurrenceSchedule,
  timeZone: string,
  after: Date,
  { path, mostPerDay }: ScheduleUse,
): string | null => {
  const use = ruleUse(path);
  const rule = parseRule(text, use);
  const wallStart = Date.parse(`${start}Z`);
  const times = timesOf(rule, wallStart);
  if (times.length > mostPerDay) {
    throw invalidSchedule([
      { path: use.path, code: 'rule_too_frequent', message: `must match at most ${mostPerDay} times a day` },
    ]);
  }
  const { until } = rule;
  const untilWall = until && (until.isUtc ? wallAt(until.at, timeZone) : until.at);
  const end = Math.min(untilWall ?? Infinity, Math.max(wallStart, wallAt(after.getTime(), timeZone)) + lookAheadMs);
  const firstDay = Math.floor(wallStart / dayMs) * dayMs;
  const next = (end < wallStart ? [] : matchingDays(rule, firstDay, end, maxDays, use))
    .flatMap((day) => times.map((time) => day + time))
    .filter((wall) => wallStart <= wall && wall <= end)
    .slice(0, rule.count ?? Infinity)
    .map((wall) => instantOf(wall, timeZone))
    .find((instant) => instant > after.getTime());
  return next === undefined ? null : new Date(next).toISOString();
};

/** The first time that it is made. @throws DomainError `invalid_schedule`, also where it never is */
export const firstRunAfter = (
  schedule: RecurrenceSchedule,
  timeZone: string,
  after: Date,
  use: ScheduleUse,
): string => {
  const next = nextRunAfter(schedule, timeZone, after, use);
  if (next !== null) return next;
  const message = 'matches no time from now on, within three years';
  throw invalidSchedule([{ path: use.path, code: 'rule_never_matches', message }]);
};

/** What the clock of a zone shows at an instant, in milliseconds as if the zone were UTC. */
const wallAt = (instant: number, timeZone: string): number => {
  const shown = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone);
  return instant + shown.offsetNanoseconds / 1e6;
};

const instantOf = (wall: number, timeZone: string): number =>
  Temporal.PlainDateTime.from(new Date(wall).toISOString().slice(0, 19)).toZonedDateTime(timeZone).epochMilliseconds;
