import ICAL from 'ical.js';
import { DomainError } from '#shared/errors.ts';
import { dayMs } from '#shared/time.ts';
import type { ZoneClock } from '#shared/zone-clock.ts';
import type { Blackout } from '../domain/plan-policies.ts';
import { expandRule } from '../plan-expansion/expand-rule.ts';
import { placeWallTime } from '../plan-expansion/place-wall-time.ts';
import { instantText, wallOf, wallText } from '../plan-expansion/wall-time.ts';
import { zoneErrors } from '../plan-expansion/zone-errors.ts';

/** A calendar event, with what is needed to find its times. */
export interface EventTimes {
  event: ICAL.Component;
  name: string;
  /** Time zone of times without one. */
  timeZone: string;
  /** Wall times in milliseconds. */
  window: { from: number; until: number };
  /** Events that replace single occurrences of this one (RECURRENCE-ID). */
  others: readonly ICAL.Component[];
}

/** Range of times that a blackout can have. */
const [earliest, latest] = [wallOf('1970-01-01T00:00'), wallOf('2099-12-31T00:00')];

/** Returns the blackouts of an event, or a code why it has none. */
export const blackoutsOf = (
  times: EventTimes,
  clockOf: (timeZone: string) => ZoneClock,
): { blackouts: Blackout[] } | { code: string } => {
  const { event, name, window } = times;
  if (event.getFirstPropertyValue('status') === 'CANCELLED') return { code: 'cancelled' };
  if (event.hasProperty('rdate')) return { code: 'rdate_unsupported' };
  const start = event.getFirstProperty('dtstart');
  const first: unknown = start?.getFirstValue();
  if (!start || !(first instanceof ICAL.Time)) return { code: 'without_start' };
  const timeZone = zoneOf(start, first, times.timeZone);
  if (zoneErrors(timeZone, '').length > 0) return { code: 'unknown_time_zone' };
  const wall = wallOfTime(first);
  if (!(wall >= earliest && wall <= latest)) return { code: 'out_of_range' };
  const clock = clockOf(timeZone);
  const shown: Shown = (property) => wallsShown(property, timeZone, clock, clockOf);
  const length = lengthOf(event, first, wall, shown);
  if (length === null || length <= 0) return { code: 'without_length' };

  const walls = wallsOf(times, wall, clock, shown);
  if ('code' in walls) return walls;
  const isInWindow = (wall: number): boolean => wall <= window.until && wall + length > window.from;
  return {
    blackouts: walls.walls.filter(isInWindow).map((begin): Blackout => {
      const end = Math.min(begin + length, latest);
      if (first.isDate) return { kind: 'days', name, from: dayText(begin), to: dayText(end - dayMs) };
      return { kind: 'span', name, from: shownAt(begin, clock), to: shownAt(end, clock) };
    }),
  };
};

/** Wall times at which the event begins, in its time zone. */
const wallsOf = (
  { event, window, others }: EventTimes,
  start: number,
  clock: ZoneClock,
  shown: Shown,
): { walls: number[] } | { code: string } => {
  const recur: unknown = event.getFirstPropertyValue('rrule');
  if (!(recur instanceof ICAL.Recur)) return { walls: [start] };
  const text = recur.toString();
  const isEndless = recur.count === null && recur.until === null;
  const rule = isEndless ? `${text};UNTIL=${dayText(window.until).replaceAll('-', '')}` : text;
  const isOver = isEndless && start > window.until;
  const excluded = new Set([
    ...event.getAllProperties('exdate').flatMap(shown),
    ...others.flatMap((other) => other.getAllProperties('recurrence-id').flatMap(shown)),
  ]);
  try {
    const found = isOver ? [] : expandRule(rule, wallText(start).slice(0, 16), 'skip', clock, 'calendar');
    return { walls: found.map(({ wall }) => wall).filter((wall) => !excluded.has(wall)) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { code: error.fields[0]?.code ?? error.code };
  }
};

/** The time zone that a time names; UTC if it ends in Z. VTIMEZONE definitions in the file are not read. */
const zoneOf = (property: ICAL.Property, { zone }: ICAL.Time, otherwise: string): string => {
  const named: unknown = property.getParameter('tzid');
  if (typeof named === 'string') return named;
  return zone === ICAL.Timezone.utcTimezone ? 'UTC' : otherwise;
};

/** Wall time in milliseconds, as if in UTC; NaN for anything but a time. */
const wallOfTime = (time: unknown): number =>
  time instanceof ICAL.Time ? Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute) : NaN;

/** Returns the times of a property as wall times in the event's time zone. */
type Shown = (property: ICAL.Property) => number[];

/** Calendars also give exceptions and ends in UTC, or in the time zone of their author. */
const wallsShown = (
  property: ICAL.Property,
  timeZone: string,
  clock: ZoneClock,
  clockOf: (timeZone: string) => ZoneClock,
): number[] =>
  property.getValues().map((time: unknown) => {
    const wall = wallOfTime(time);
    if (!(time instanceof ICAL.Time) || time.isDate) return wall;
    const zone = zoneOf(property, time, timeZone);
    if (zone === timeZone || zoneErrors(zone, '').length > 0) return wall;
    const { instant } = placeWallTime(wall, clockOf(zone), { gap: 'shift_later', overlap: 'first' });
    return instant === null ? wall : clock.wallAt(instant);
  });

/**
 * Length in milliseconds; null if the file gives none and the event is not all-day: a date lasts one day, a time has no
 * length (RFC 5545, section 3.6.1). Many holiday calendars end a day on itself.
 */
const lengthOf = (event: ICAL.Component, start: ICAL.Time, wall: number, shown: Shown): number | null => {
  const [end] = event.getAllProperties('dtend').flatMap(shown);
  if (end !== undefined && !Number.isNaN(end)) return start.isDate && end === wall ? dayMs : end - wall;
  const duration: unknown = event.getFirstPropertyValue('duration');
  if (duration instanceof ICAL.Duration) return duration.toSeconds() * 1_000;
  return start.isDate ? dayMs : null;
};

const dayText = (wall: number): string => wallText(wall).slice(0, 10);

const shownAt = (wall: number, clock: ZoneClock): string => {
  const { instant } = placeWallTime(wall, clock, { gap: 'shift_later', overlap: 'first' });
  return instantText(instant ?? wall);
};
