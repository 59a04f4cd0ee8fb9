import type { PostMetrics } from '#events/analytics.ts';
import type { ExperimentCounts } from '../domain/experiment.ts';

/** Metrics of a post under the names that experiments use. Engagements are unknown if any of their parts is. */
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
