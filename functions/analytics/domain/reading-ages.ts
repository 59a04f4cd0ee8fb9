import { shards } from '#shared/shards.ts';
import { dayMs, hourMs, minuteMs } from '#shared/time.ts';

/** A planned reading: the age of the post, and whether it waits for the other posts of its day. */
interface PlannedReading {
  /** Minimum age of the post, in ms since its publication. */
  ageMs: number;
  /**
   * Whether the posts that an account published on one UTC day are read together, within a day and a half after that
   * age.
   */
  isJoint: boolean;
}

/**
 * When the counters of a post are read: often on the first day, then less often, and a last time before X stops
 * returning clicks (X API, non-public metrics: 30 days). X bills a post once per UTC day: these eight readings fall on
 * at most five.
 */
export const plannedReadings: readonly PlannedReading[] = [
  { ageMs: 0, isJoint: false },
  { ageMs: hourMs, isJoint: false },
  { ageMs: 3 * hourMs, isJoint: false },
  { ageMs: 12 * hourMs, isJoint: false },
  { ageMs: dayMs, isJoint: false },
  { ageMs: 3 * dayMs, isJoint: true },
  { ageMs: 7 * dayMs, isJoint: true },
  { ageMs: 28 * dayMs, isJoint: true },
];

/** X returns clicks of a post for 30 days: nothing is read after that, and the numbers are final. */
export const frozenAfterMs = 30 * dayMs;

/** A publication event that arrives later than this is late: sweeps have already passed the post. */
export const lateAfterMs = 15 * minuteMs;

/** Shards are read one after the other, so that not all accounts of the platform are read at midnight. */
const shardDelayMs = (shard: number): number => (shard * 12 * hourMs) / shards.length;

/**
 * A first reading this close to the end of a UTC day waits for the next day: the readings of the first 24 hours would
 * otherwise fall on three days, each of which X bills.
 */
const endOfDayMs = 30 * minuteMs;

/** Days after the start of a UTC day until the readings of its posts are final, including one day for late steps. */
export const finalAfterDays = 32;

/** Whether the readings of the posts of a UTC day are final. */
export const isFinal = (day: string, now: Date): boolean =>
  now.getTime() - Date.parse(`${day}T00:00:00.000Z`) >= finalAfterDays * dayMs;

const startOfDay = (at: number): number => Math.floor(at / dayMs) * dayMs;

/**
 * Returns when a post is due for reading number `place`. Times are in ms since the epoch.
 * @param shard of its account
 */
export const dueForReading = (publishedAt: number, shard: number, place: number): number => {
  const { ageMs, isJoint } = plannedReadings[place] ?? { ageMs: Infinity, isJoint: false };
  if (isJoint) return startOfDay(publishedAt) + dayMs + ageMs + shardDelayMs(shard);
  const due = publishedAt + ageMs;
  const midnight = startOfDay(due) + dayMs;
  return place === 0 && midnight - due <= endOfDayMs ? midnight : due;
};

/**
 * Returns the time (exclusive, in ms since the epoch) before which posts of a shard were published that are due for
 * reading number `place` at `now`.
 */
export const publishedBefore = (now: number, shard: number, place: number): number => {
  const { ageMs, isJoint } = plannedReadings[place] ?? { ageMs: Infinity, isJoint: false };
  if (isJoint) return startOfDay(now - ageMs - shardDelayMs(shard));
  if (place > 0) return now - ageMs + 1;
  return Math.min(now + 1, startOfDay(now) + dayMs - endOfDayMs);
};

/**
 * Returns the number of the latest reading that a post is due for at `now`; undefined before the first, and after 30
 * days.
 */
export const latestDue = (publishedAt: number, shard: number, now: number): number | undefined => {
  if (now - publishedAt >= frozenAfterMs) return undefined;
  const place = plannedReadings.findLastIndex((_, each) => dueForReading(publishedAt, shard, each) <= now);
  return place === -1 ? undefined : place;
};

/** Whether a reading at `measuredAt` counts as reading number `place`, or as a later one. */
export const isReadingFor = (publishedAt: number, shard: number, place: number, measuredAt: number): boolean => {
  const { ageMs, isJoint } = plannedReadings[place] ?? { ageMs: Infinity, isJoint: false };
  // A reading made for another reason counts too, once the post is old enough.
  return measuredAt >= (isJoint ? publishedAt + ageMs : dueForReading(publishedAt, shard, place));
};

/**
 * Whether reading number `place` is skipped for a post whose counters did not change between the two readings before.
 * Readings of the first day, and the last one, are never skipped.
 */
export const mayBeSkipped = (place: number): boolean =>
  place < plannedReadings.length - 1 && (plannedReadings[place]?.ageMs ?? 0) > dayMs;
