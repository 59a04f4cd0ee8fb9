import type { Metric } from './figures.ts';

/** What a metric is called where people read it: a column, a mail, an insight. */
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

/** The same in the middle of a sentence: `link clicks`. */
export const metricInWords = (metric: Metric): string => metricLabels[metric].toLowerCase();
