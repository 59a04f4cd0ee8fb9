import { bandCount, cellCount, cellIndex, type TimeCell } from './time-cells.ts';

// Order of the effects in a model of posting times: level of the account's own and of others' observations, hour bands,
// weekdays, cells.
export const firstBand = 2;
export const firstWeekday = firstBand + bandCount;
export const firstCell = firstWeekday + 7;
export const size = firstCell + cellCount;

/**
 * Returns the indexes of the effects of an observation. Other accounts inform only hour bands and weekdays, not cells.
 */
export const columnsOf = (time: TimeCell, isOwn: boolean): number[] => {
  const main = [firstBand + time.hourBand, firstWeekday + time.weekday - 1];
  return isOwn ? [0, ...main, firstCell + cellIndex(time)] : [1, ...main];
};

export const addTo = (vector: Float64Array, place: number, by: number): void => {
  vector[place] = (vector[place] ?? 0) + by;
};
