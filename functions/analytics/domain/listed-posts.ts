import * as z from 'zod';
import { engagementsOf } from './metrics.ts';
import type { PostState } from './post-state.ts';

/** Metrics that lists of the best and the weakest posts can be sorted by. */
export const SortMetric = z
  .enum(['impressions', 'engagements', 'engagement_rate', 'likes', 'link_clicks'])
  .meta({ description: 'Metric to sort by; `engagement_rate`: engagements divided by impressions' });
export type SortMetric = z.infer<typeof SortMetric>;

/** Maximum length of a list, and number of posts stored for each list of a day. */
export const maxListed = 10;

/**
 * Returns a post's value; undefined if it was not read yet, X does not report it, or it is a rate without impressions.
 */
export const valueOf = ({ latest }: PostState, metric: SortMetric): number | undefined => {
  if (latest === null) return undefined;
  const { metrics } = latest;
  const engagements = engagementsOf(metrics) ?? undefined;
  switch (metric) {
    case 'impressions':
      return metrics.impressions;
    case 'likes':
      return metrics.likes;
    case 'link_clicks':
      return metrics.urlClicks ?? undefined;
    case 'engagements':
      return engagements;
    case 'engagement_rate':
      return engagements === undefined || metrics.impressions === 0 ? undefined : engagements / metrics.impressions;
  }
};

/** Returns the posts with a value, best or weakest first; ties by id. */
export const ranked = (posts: readonly PostState[], metric: SortMetric, order: 'top' | 'bottom'): PostState[] =>
  posts
    .flatMap((post) => {
      const value = valueOf(post, metric);
      return value === undefined ? [] : [{ post, value: order === 'top' ? -value : value }];
    })
    .sort((one, other) => one.value - other.value || (one.post.postId < other.post.postId ? -1 : 1))
    .map(({ post }) => post);

/** Returns the posts of a day that some list can show. */
export const listedOf = (posts: readonly PostState[]): PostState[] => {
  if (posts.length <= 2 * maxListed) return posts.filter(({ latest }) => latest !== null);
  const found = new Map<string, PostState>();
  for (const metric of SortMetric.options) {
    const best = ranked(posts, metric, 'top');
    for (const post of [...best.slice(0, maxListed), ...ranked(posts, metric, 'bottom').slice(0, maxListed)]) {
      found.set(post.postId, post);
    }
  }
  return [...found.values()];
};
