import { shards } from '#shared/shards.ts';
import { dayMs, hourMs, minuteMs } from '#shared/time.ts';

/** A reading of a post: how old it is then, and whether it waits for the other posts of its day. */
interface PlannedReading {
  /** Least age of the post, in ms since its publication. */
  ageMs: number;
  /** The posts that an account published on one UTC day are read together, within the day and a half after that age. */
  isJoint: boolean;
}

/**
 * When the counters of a post are read: dense in the first day, then thinner, and a last time before X stops to return
 * clicks (X API, non-public metrics: 30 days). X bills a post once per UTC day: these eight readings fall on at most five.
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

/** News of a publication that come later than this are late: sweeps have passed the post by. */
export const lateAfterMs = 15 * minuteMs;

/** Shards are read one after the other: not all the accounts of the platform at midnight. */
const shardDelayMs = (shard: number): number => (shard * 12 * hourMs) / shards.length;

/**
 * A first reading this close to the end of a UTC day waits for the next: the readings of the first 24 hours would
 * otherwise fall on three days, each of which X bills.
 */
const endOfDayMs = 30 * minuteMs;

/** Whole days after which nothing more is read of any post of a UTC day, a day for steps that are late included. */
export const finalAfterDays = 32;

/** Whether nothing more will be read of the posts of a UTC day. */
export const isFinal = (day: string, now: Date): boolean =>
  now.getTime() - Date.parse(`${day}T00:00:00.000Z`) >= finalAfterDays * dayMs;

const startOfDay = (at: number): number => Math.floor(at / dayMs) * dayMs;

/**
 * When a post is due for its reading number `place`. Times in ms since the epoch.
 * @param shard that of its account
 */
export const dueForReading = (publishedAt: number, shard: number, place: number): number => {
  const { ageMs, isJoint } = plannedReadings[place] ?? { ageMs: Infinity, isJoint: false };
  if (isJoint) return startOfDay(publishedAt) + dayMs + ageMs + shardDelayMs(shard);
  const due = publishedAt + ageMs;
  const midnight = startOfDay(due) + dayMs;
  return place === 0 && midnight - due <= endOfDayMs ? midnight : due;
};

/**
 * Before when (exclusive, in ms since the epoch) posts of a shard were published that are due for reading number `place`
 * at `now`.
 */
export const publishedBefore = (now: number, shard: number, place: number): number => {
  const { ageMs, isJoint } = plannedReadings[place] ?? { ageMs: Infinity, isJoint: false };
  if (isJoint) return startOfDay(now - ageMs - shardDelayMs(shard));
  if (place > 0) return now - ageMs + 1;
  return Math.min(now + 1, startOfDay(now) + dayMs - endOfDayMs);
};

/** The number of the latest reading that a post is due for at `now`; undefined before the first, and once it is frozen. */
export const latestDue = (publishedAt: number, shard: number, now: number): number | undefined => {
  if (now - publishedAt >= frozenAfterMs) return undefined;
  const place = plannedReadings.findLastIndex((_, each) => dueForReading(publishedAt, shard, each) <= now);
  return place === -1 ? undefined : place;
};

/** Whether a reading at `measuredAt` is the one with number `place`, or a later one. */
export const isReadingFor = (publishedAt: number, shard: number, place: number, measuredAt: number): boolean => {
  const { ageMs, isJoint } = plannedReadings[place] ?? { ageMs: Infinity, isJoint: false };
  // One that was made for another reason counts as well, once the post is old enough.
  return measuredAt >= (isJoint ? publishedAt + ageMs : dueForReading(publishedAt, shard, place));
};

/**
 * Whether reading number `place` is left out for a post whose counters stood still at the two readings before: not in the
 * first day, and not the last.
 */
export const mayBeSkipped = (place: number): boolean =>
  place < plannedReadings.length - 1 && (plannedReadings[place]?.ageMs ?? 0) > dayMs;
