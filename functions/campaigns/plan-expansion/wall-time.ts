import { dayMs, minuteMs } from '#shared/time.ts';

/** Parses a wall time to milliseconds, as if in UTC. @param wall such as `2026-11-30T09:30` */
export const wallOf = (wall: string): number => Date.parse(`${wall}Z`);

/** A wall time as text, to the minute, or to the second if it has seconds: `2026-11-30T09:30`. */
export const wallText = (wall: number): string =>
  new Date(wall).toISOString().slice(0, wall % minuteMs === 0 ? 16 : 19);

/** Day of a wall time, counted from 1970-01-01. */
export const dayNumberOf = (wall: number): number => Math.floor(wall / dayMs);

/** Milliseconds of a wall time since midnight. */
export const timeOfDay = (wall: number): number => wall - dayNumberOf(wall) * dayMs;

/** Milliseconds since midnight of a clock time such as `09:30`. */
export const clockMs = (time: string): number => Date.parse(`1970-01-01T${time}Z`);

/** An instant in epoch milliseconds as text (UTC). */
export const instantText = (instant: number): string => new Date(instant).toISOString();
