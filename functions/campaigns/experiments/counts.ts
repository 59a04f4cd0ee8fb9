import type { PostMetrics } from '#events/analytics.ts';
import type { ExperimentCounts } from '../domain/experiment.ts';

/** What X told of a post, as experiments name it. Engagements are unknown where a part of them is. */
export const countsOf = ({ urlClicks, profileClicks, ...counts }: PostMetrics): ExperimentCounts => {
  const { likes, reposts, replies, quotes, bookmarks } = counts;
  const open = likes + reposts + replies + quotes + bookmarks;
  return {
    ...counts,
    engagements: urlClicks === null || profileClicks === null ? null : open + urlClicks + profileClicks,
    link_clicks: urlClicks,
    profile_clicks: profileClicks,
  };
};
