import { dayMs, hourMs } from '#shared/time.ts';
import { zoneClock } from '#shared/zone-clock.ts';

/** Local time in a zone. */
export interface LocalTime {
  /** Days since 1970-01-01 on the local calendar. */
  day: number;
  /** ISO 8601: 1 is Monday, 7 is Sunday. */
  weekday: number;
  /** From 0 to 23. */
  hour: number;
}

/** ISO 8601 weekday of a local day; 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;

/** A local day as a date, such as `2026-11-22`. */
export const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

/** The local day of a date such as `2026-11-22`. */
export const dayOfDate = (date: string): number => Math.round(Date.parse(`${date}T00:00:00Z`) / dayMs);

/**
 * Returns a function that converts instants in epoch milliseconds to the local time of a zone.
 * @param timeZone an IANA zone
 * @throws RangeError if the zone does not exist
 */
export const localClock = (timeZone: string): ((instant: number) => LocalTime) => {
  const { wallAt } = zoneClock(timeZone);
  // Throws for a zone that does not exist, even if there is nothing to convert.
  wallAt(0);
  return (instant) => {
    const wall = wallAt(instant);
    const day = Math.floor(wall / dayMs);
    return { day, weekday: weekdayOf(day), hour: Math.floor((wall - day * dayMs) / hourMs) };
  };
};
