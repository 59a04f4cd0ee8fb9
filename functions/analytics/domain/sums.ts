import * as z from 'zod';
import { addLateness, countLateness, LatenessCounts } from './lateness.ts';
import { engagementsOf, publicCounters } from './metrics.ts';
import type { PostState } from './post-state.ts';

const Count = z.int().min(0);

/**
 * Totals of posts that were published together, from their latest readings. A counter that X does not report for all of
 * them comes with the number of posts for which it is known.
 */
export const Sums = z.object({
  published: Count,
  /** Posts with a reading, which the counters add up. */
  measured: Count,
  /** Measured posts whose latest look-up gave no metrics: their older counters count. */
  carriedForward: Count,
  deleted: Count,
  withheld: Count,
  impressions: Count,
  likes: Count,
  reposts: Count,
  replies: Count,
  quotes: Count,
  bookmarks: Count,
  urlClicks: Count,
  urlClicksPosts: Count,
  profileClicks: Count,
  profileClicksPosts: Count,
  /**
   * Counted by the platform, also for posts that were not read from X. 0 in sums stored before this field was added.
   */
  shortLinkClicks: Count.default(0),
  shortLinkClicksPosts: Count.default(0),
  /** Only of posts whose engagements are all reported; `engagedImpressions` is the base of the rate. */
  engagements: Count,
  engagementsPosts: Count,
  engagedImpressions: Count,
  /** X API cost of publishing them, in micro-dollars. */
  costMicros: Count,
  /** The same, only of posts whose engagements are all reported. */
  engagedCostMicros: Count,
  /** Oldest and newest of the readings, in ms since the epoch; null: none. */
  oldestAt: z.int().nullable(),
  newestAt: z.int().nullable(),
  /** How late they were published. */
  lateness: LatenessCounts,
});
export type Sums = z.infer<typeof Sums>;

const notCounts = ['oldestAt', 'newestAt', 'lateness'] as const;
type CountName = Exclude<keyof Sums, (typeof notCounts)[number]>;
const counts = (Object.keys(Sums.shape) as (keyof Sums)[]).filter(
  (name): name is CountName => !(notCounts as readonly string[]).includes(name),
);

const zeros = Object.fromEntries(counts.map((name) => [name, 0])) as Record<CountName, number>;

export const noSums = (): Sums => ({ ...zeros, oldestAt: null, newestAt: null, lateness: {} });

/** Adds one post to sums, in place: a day may have thousands. */
export const addPost = (sums: Sums, post: PostState): void => {
  const { availability, costMicros, latest, isCarriedForward, latenessMs } = post;
  sums.published += 1;
  countLateness(sums.lateness, latenessMs);
  sums.costMicros += costMicros;
  if (availability === 'deleted') sums.deleted += 1;
  if (availability === 'withheld') sums.withheld += 1;
  if (post.shortLinkClicks !== null) {
    sums.shortLinkClicks += post.shortLinkClicks;
    sums.shortLinkClicksPosts += 1;
  }
  if (latest === null) return;
  const { metrics } = latest;
  const at = Date.parse(latest.measuredAt);
  sums.measured += 1;
  if (isCarriedForward) sums.carriedForward += 1;
  for (const counter of publicCounters) sums[counter] += metrics[counter];
  for (const counter of ['urlClicks', 'profileClicks'] as const) {
    const clicks = metrics[counter];
    if (clicks === null) continue;
    sums[counter] += clicks;
    sums[`${counter}Posts`] += 1;
  }
  const engagements = engagementsOf(metrics);
  if (engagements !== null) {
    sums.engagements += engagements;
    sums.engagementsPosts += 1;
    sums.engagedImpressions += metrics.impressions;
    sums.engagedCostMicros += costMicros;
  }
  sums.oldestAt = Math.min(sums.oldestAt ?? at, at);
  sums.newestAt = Math.max(sums.newestAt ?? at, at);
};

/** Adds sums to sums, in place. */
export const addSums = (sums: Sums, more: Sums): void => {
  for (const name of counts) sums[name] += more[name];
  if (more.oldestAt !== null) sums.oldestAt = Math.min(sums.oldestAt ?? more.oldestAt, more.oldestAt);
  if (more.newestAt !== null) sums.newestAt = Math.max(sums.newestAt ?? more.newestAt, more.newestAt);
  addLateness(sums.lateness, more.lateness);
};
