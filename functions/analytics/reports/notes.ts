import { counted } from '#shared/text.ts';
import type { ReportDefinition } from '../domain/report-definition.ts';
import type { Sums } from '../domain/sums.ts';
import { clockOf } from './rendering/shown.ts';

const posts = (count: number): string => counted(count, 'post');

/** Returns notes on the numbers of a report: where they come from, and what they leave out. */
export const notesOf = (
  sums: Sums,
  { timeZone, accountId, campaignId, metrics, showsUsage }: ReportDefinition,
): string[] => {
  if (sums.published === 0) {
    const ofThese = accountId === null && campaignId === null ? '' : ' of the selected account or campaign';
    return [`No posts${ofThese} were published in this period.`];
  }
  const { shown } = clockOf(timeZone);
  const at = (time: number): string => `${shown(new Date(time).toISOString())} (${timeZone})`;
  return [
    `Covers ${posts(sums.published)} published in this period, of which ${sums.measured.toLocaleString('en-US')} could be measured.`,
    ...(sums.oldestAt === null || sums.newestAt === null
      ? ['X has not reported any numbers yet.']
      : [`Numbers are X API counters, read between ${at(sums.oldestAt)} and ${at(sums.newestAt)}.`]),
    'Numbers are not extrapolated: posts without a reading are left out.',
    'Engagements: likes, reposts, replies, quotes, bookmarks, link clicks and profile clicks. Engagement rate: engagements divided by impressions.',
    ...(metrics.includes('short_link_clicks')
      ? ['Short link clicks are counted by the platform, not by X, and differ from link clicks.']
      : []),
    ...(sums.carriedForward > 0 ? [`X no longer shows ${posts(sums.carriedForward)}: the last numbers count.`] : []),
    ...(sums.deleted > 0 ? [`Deleted on X: ${posts(sums.deleted)}.`] : []),
    ...(sums.withheld > 0 ? [`Not shown by X: ${posts(sums.withheld)}.`] : []),
    ...(showsUsage
      ? [
          "Costs of publishing the posts are calculated from X's published prices, in US dollars, without alt texts and subtitles.",
        ]
      : []),
  ];
};
