import type { TimeRule } from '../domain/time-rule.ts';
import { weekdayName } from './wording.ts';

export const bandHours = 3;
export const bandCount = 24 / bandHours;
const weekdayCount = 7;
export const cellCount = bandCount * weekdayCount;

/** A posting time: an hour band on a weekday. */
export interface TimeCell {
  /** ISO 8601, from 1 (Monday). */
  weekday: number;
  /** From 0: 3 is 09:00 to 11:59. */
  hourBand: number;
}

export const bandOf = (hour: number): number => Math.floor(hour / bandHours);

/** Returns the index of a cell among all cells. */
export const cellIndex = ({ weekday, hourBand }: TimeCell): number => (weekday - 1) * bandCount + hourBand;

/** All cells in the order of `cellIndex`. */
export const timeCells: readonly TimeCell[] = Array.from({ length: cellCount }, (_, index) => ({
  weekday: Math.floor(index / bandCount) + 1,
  hourBand: index % bandCount,
}));

const clock = (hour: number): string => `${String(hour % 24).padStart(2, '0')}:00`;

/** `09:00 to 12:00`. */
export const bandName = (hourBand: number): string =>
  `${clock(hourBand * bandHours)} to ${clock((hourBand + 1) * bandHours)}`;

/** `Tuesdays from 09:00 to 12:00`. */
export const cellName = ({ weekday, hourBand }: TimeCell): string =>
  `${weekdayName(weekday)} from ${bandName(hourBand)}`;

/** Whether no rule excludes any part of the cell. */
export const isPermitted = ({ weekday, hourBand }: TimeCell, rules: readonly TimeRule[]): boolean =>
  rules.every(({ weekdays, fromHour, untilHour }) => {
    const isDay = weekdays?.includes(weekday) ?? true;
    const overlaps = fromHour < (hourBand + 1) * bandHours && hourBand * bandHours < untilHour;
    return !isDay || !overlaps;
  });
