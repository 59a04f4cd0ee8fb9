import type { Metric } from './figures.ts';

/** Names of metrics for people: in columns, emails and insights. */
export const metricLabels: Readonly<Record<Metric, string>> = {
  posts: 'Posts',
  impressions: 'Impressions',
  engagements: 'Engagements',
  engagement_rate: 'Engagement rate',
  likes: 'Likes',
  reposts: 'Reposts',
  replies: 'Replies',
  quotes: 'Quotes',
  bookmarks: 'Bookmarks',
  link_clicks: 'Link clicks',
  profile_clicks: 'Profile clicks',
  short_link_clicks: 'Short link clicks',
};

/** Returns the name of a metric for the middle of a sentence: `link clicks`. */
export const metricInWords = (metric: Metric): string => metricLabels[metric].toLowerCase();
