import { bandCount, cellCount, cellIndex, type TimeCell } from './time-cells.ts';

// The effects of a model of posting times, in their order: levels of the own and of the others' observations, hour
// bands, weekdays, cells.
export const firstBand = 2;
export const firstWeekday = firstBand + bandCount;
export const firstCell = firstWeekday + 7;
export const size = firstCell + cellCount;

/** The effects of an observation at a time. Cells are the account's own: others only tell of bands and weekdays. */
export const columnsOf = (time: TimeCell, isOwn: boolean): number[] => {
  const main = [firstBand + time.hourBand, firstWeekday + time.weekday - 1];
  return isOwn ? [0, ...main, firstCell + cellIndex(time)] : [1, ...main];
};

export const addTo = (vector: Float64Array, place: number, by: number): void => {
  vector[place] = (vector[place] ?? 0) + by;
};
