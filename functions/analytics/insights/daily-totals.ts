import { hourMs } from '#shared/time.ts';
import { localClock } from './local-clock.ts';
import { maturityHours, type Outcome } from './post-outcomes.ts';

/** Totals of a metric over the posts of consecutive local days. */
export interface DailyTotals {
  /** The first day, in days since 1970-01-01. */
  firstDay: number;
  /** One for each day from the first on; a day without posts is 0. */
  totals: readonly number[];
}

/**
 * Returns the totals by day of publication, from the day of the first post to the last day that ended at least 72 hours
 * ago: all its posts can have a mature reading.
 * @param outcomes in order of time
 */
export const dailyTotals = (outcomes: readonly Outcome[], timeZone: string, now: Date): DailyTotals => {
  const endDay = localClock(timeZone)(now.getTime() - maturityHours * hourMs).day;
  const firstDay = outcomes[0]?.day ?? endDay;
  const totals = new Array<number>(Math.max(0, endDay - firstDay)).fill(0);
  for (const { day, count } of outcomes) {
    const place = day - firstDay;
    if (place < totals.length) totals[place] = (totals[place] ?? 0) + count;
  }
  return { firstDay, totals };
};
