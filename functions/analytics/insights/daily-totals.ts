import { hourMs } from '#shared/time.ts';
import { localClock } from './local-clock.ts';
import { maturityHours, type Outcome } from './post-outcomes.ts';

/** What the posts of consecutive local days achieved in sum. */
export interface DailyTotals {
  /** The first day, in days since 1970-01-01. */
  firstDay: number;
  /** One by one from the first day on; a day without posts is 0. */
  totals: readonly number[];
}

/**
 * The totals by day of publication, from the day of the first post to the last day that is over for 72 hours: all posts
 * of it can have a mature reading.
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
