import * as z from 'zod';
import type { Reading, ReadPosts } from '#events/reading.ts';
import { entityFields } from '#shared/entity.ts';
import { AccountId, CampaignId, PostId } from '#shared/ids.ts';
import { dayMs, Instant, instantAfter } from '#shared/time.ts';
import { Snapshot, sumOf } from './metrics.ts';

/** A published post whose metrics are read. */
export const TrackedPost = z.object({
  id: PostId,
  ...entityFields,
  accountId: AccountId,
  campaignId: CampaignId.nullable(),
  /** X's ids, in the order of the thread. */
  xPostIds: z.array(z.string()).min(1),
  publishedAt: Instant,
  /** From when on a sweep reads it; null when it is read no more. */
  nextSweepAt: Instant.nullable(),
  latest: Snapshot.nullable(),
});
export type TrackedPost = z.infer<typeof TrackedPost>;

const hourMs = 3_600_000;

/** Every sweep in the first hour, then hourly for a day, then daily. X bills a post once per UTC day, however often it is read. */
const rhythm = [
  { untilAgeMs: hourMs, everyMs: 0 },
  { untilAgeMs: hourMs + dayMs, everyMs: hourMs },
  { untilAgeMs: 30 * dayMs, everyMs: dayMs },
] as const;

/** X returns clicks for 30 days (X API, non-public metrics), and little happens to a post after that. */
const lastAgeMs = 30 * dayMs;

/** Posts that cannot be read are requested again after this. */
const unreadablePauseMs = hourMs;

/** When a post is read next after it was at `readAt`; null when it has grown too old. */
export const nextSweepAfter = (publishedAt: string, readAt: string): string | null => {
  const age = Date.parse(readAt) - Date.parse(publishedAt);
  const step = rhythm.find(({ untilAgeMs }) => age < untilAgeMs);
  return step ? unlessTooOld(publishedAt, instantAfter(readAt, step.everyMs)) : null;
};

const unlessTooOld = (publishedAt: string, at: string): string | null =>
  Date.parse(at) - Date.parse(publishedAt) > lastAgeMs ? null : at;

/**
 * X's counters of the post: the sum of a thread's parts that X still shows. Undefined when it shows none, or left one
 * out: a sum without it would look like a loss.
 */
export const measured = (post: TrackedPost, reading: ReadPosts): Snapshot | undefined => {
  const told = new Map(reading.posts.map(({ xPostId, metrics }) => [xPostId, metrics]));
  const parts = post.xPostIds.map((xPostId) => told.get(xPostId));
  const shown = parts.filter((metrics) => metrics !== null && metrics !== undefined);
  if (shown.length === 0 || parts.includes(undefined)) return undefined;
  return { measuredAt: inUtc(reading.measuredAt), metrics: sumOf(shown) };
};

/**
 * The post after a sweep; undefined when the sweep says nothing new, such as one that was taken down already: `latest`
 * never steps back to an older reading.
 */
export const swept = (post: TrackedPost, reading: Reading, now: Date): TrackedPost | undefined => {
  if (reading.outcome !== 'read') return rescheduled(post, retryAfter(post, reading, now));
  const isKnown = post.latest !== null && Date.parse(reading.measuredAt) <= Date.parse(post.latest.measuredAt);
  if (isKnown) return undefined;
  const latest = measured(post, reading);
  const nextSweepAt = nextSweepAfter(post.publishedAt, inUtc(reading.measuredAt));
  return latest ? { ...post, latest, nextSweepAt } : rescheduled(post, nextSweepAt);
};

const rescheduled = (post: TrackedPost, nextSweepAt: string | null): TrackedPost | undefined =>
  nextSweepAt === post.nextSweepAt ? undefined : { ...post, nextSweepAt };

const retryAfter = ({ publishedAt }: TrackedPost, reading: Exclude<Reading, ReadPosts>, now: Date): string | null => {
  const at = reading.outcome === 'rate_limited' ? inUtc(reading.retryAt) : instantAfter(now, unreadablePauseMs);
  return unlessTooOld(publishedAt, at);
};

/** Instants that are compared as strings are all written alike. */
const inUtc = (instant: string): string => new Date(instant).toISOString();
