import type { PostMetrics } from '#events/analytics.ts';
import { dayMs, hourMs } from '#shared/time.ts';
import type { DataAmount, InsightBasis } from '../domain/insight.ts';
import type { InsightMetric } from '../domain/insight-details.ts';
import { engagementsOf } from '../domain/metrics.ts';
import type { ObservedPost } from '../domain/observed-post.ts';
import { localClock, type LocalTime } from './local-clock.ts';

/** The result of a mature post, and the local time of its publication. */
export interface Outcome extends LocalTime {
  post: ObservedPost;
  /** Time of publication in epoch milliseconds. */
  at: number;
  count: number;
  /** log(1 + count): effects on counts are factors, and counts have heavy tails. */
  value: number;
}

/** Options for reading outcomes from posts. */
export interface OutcomeOptions {
  metric: InsightMetric;
  /** IANA zone of weekdays and hours. */
  timeZone: string;
}

/** Age from which a post's results count: a younger post can still change much. Experiments wait as long by default. */
export const maturityHours = 72;

/** Returns the metric of a post; null if X does not report a part of it: a sum without it would be too low. */
export const countOf = (metrics: PostMetrics, metric: InsightMetric): number | null => {
  switch (metric) {
    case 'impressions':
      return metrics.impressions;
    case 'link_clicks':
      return metrics.urlClicks;
    case 'engagements':
      return engagementsOf(metrics);
  }
};

const isMature = ({ publishedAt, measuredAt }: ObservedPost): boolean =>
  Date.parse(measuredAt) - Date.parse(publishedAt) >= maturityHours * hourMs;

/**
 * Returns the outcomes of all posts with a reading at 72 hours or later, in order of publication. A post that occurs
 * more than once counts once, by its latest reading. The order of `posts` does not matter.
 * @throws RangeError if the zone does not exist
 */
export const outcomesOf = (posts: readonly ObservedPost[], { metric, timeZone }: OutcomeOptions): Outcome[] => {
  const localTime = localClock(timeZone);
  const outcomes = new Map<string, Outcome>();
  for (const post of posts) {
    const count = countOf(post.metrics, metric);
    if (count === null || !isMature(post)) continue;
    const known = outcomes.get(post.postId);
    if (known && !isLater(post, count, known)) continue;
    const at = Date.parse(post.publishedAt);
    outcomes.set(post.postId, { ...localTime(at), post, at, count, value: Math.log1p(count) });
  }
  return [...outcomes.values()].sort(byTime);
};

/** Of two readings at the same instant the larger counts, so that the order of the input does not matter. */
const isLater = (post: ObservedPost, count: number, known: Outcome): boolean => {
  const later = Date.parse(post.measuredAt) - Date.parse(known.post.measuredAt);
  return later > 0 || (later === 0 && count > known.count);
};

const byTime = (one: Outcome, other: Outcome): number =>
  one.at - other.at || (one.post.postId < other.post.postId ? -1 : 1);

/** Returns how many posts there are, and over how many days. @param outcomes in order of publication */
export const amountOf = (outcomes: readonly Outcome[]): DataAmount => {
  const [first, last] = [outcomes[0], outcomes.at(-1)];
  return { posts: outcomes.length, days: first && last ? Math.floor((last.at - first.at) / dayMs) : 0 };
};

/** Returns the basis of an insight. @param outcomes in order of publication */
export const basisOf = (outcomes: readonly Outcome[]): InsightBasis => ({
  posts: outcomes.length,
  from: outcomes[0]?.post.publishedAt ?? null,
  until: outcomes.at(-1)?.post.publishedAt ?? null,
});
