import * as z from 'zod';
import { defineEvent } from '#shared/events/event.ts';
import { CampaignId, PersonId, ReportShareId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

/** Counters as X reports them, summed over the parts of a thread. Null: X does not report it (after 30 days). */
export const PostMetrics = z
  .object({
    impressions: z.int().min(0).meta({ description: 'Views' }),
    likes: z.int().min(0).meta({ description: 'Likes' }),
    reposts: z.int().min(0).meta({ description: 'Reposts without a comment' }),
    replies: z.int().min(0).meta({ description: 'Replies' }),
    quotes: z.int().min(0).meta({ description: 'Quote posts' }),
    bookmarks: z.int().min(0).meta({ description: 'Bookmarks' }),
    urlClicks: z
      .int()
      .min(0)
      .nullable()
      .meta({ description: 'Clicks on links; null: not reported by X for all posts counted' }),
    profileClicks: z.int().min(0).nullable().meta({
      description: "Clicks on the author's profile; null: not reported by X for all posts counted",
    }),
  })
  .meta({ description: 'Counters as X reports them; for a thread, sums over its parts' });
export type PostMetrics = z.infer<typeof PostMetrics>;

export const PostMetricsUpdated = defineEvent(
  'analytics',
  'post.metrics_updated',
  1,
  'The metrics of a post were read from X.',
  z.object({ campaignId: CampaignId.nullable(), measuredAt: Instant, metrics: PostMetrics }),
);

const ofReport = <Data extends z.ZodType>(what: string, summary: string, data: Data) =>
  defineEvent('analytics', `report.${what}`, 1, `${summary} The entity is the report.`, data);

export const ReportRequested = ofReport(
  'requested',
  'A report on performance was requested.',
  z.object({ showsUsage: z.boolean().meta({ description: 'Whether it shows costs' }) }),
);

export const ReportReady = ofReport(
  'ready',
  'The files of a report can be downloaded.',
  z.object({
    formats: z.array(z.string()).meta({ description: 'Formats of the files', examples: [['page', 'pdf']] }),
    expiresAt: Instant.meta({ description: 'When the report and its files are deleted (UTC)' }),
    showsUsage: z.boolean().default(false).meta({ description: 'Whether it shows costs' }),
    recipients: z.array(PersonId).max(20).default([]).meta({ description: 'Members who get an email' }),
  }),
);

export const ReportFailed = ofReport('failed', 'A report could not be made.', z.object({}));

export const ReportDeleted = ofReport('deleted', 'A report and its files were deleted.', z.object({}));

const ofSavedReport = (what: string, summary: string) =>
  defineEvent(
    'analytics',
    `saved_report.${what}`,
    1,
    `${summary} The entity is the saved report.`,
    z.object({
      isScheduled: z.boolean().meta({ description: 'Whether it is made by a schedule' }),
      recipients: z.int().min(0).meta({ description: 'Number of members who get an email' }),
    }),
  );

export const SavedReportCreated = ofSavedReport('created', 'A report was saved, to be made again.');

export const SavedReportChanged = ofSavedReport('changed', 'A saved report was replaced.');

export const SavedReportDeleted = ofSavedReport('deleted', 'A saved report was deleted.');

export const ReportShared = ofReport(
  'shared',
  'A secret link to the page of a report was created.',
  z.object({
    shareId: ReportShareId,
    expiresAt: Instant.meta({ description: 'When the link stops working (UTC)' }),
    showsUsage: z.boolean().meta({ description: 'Whether the report shows costs' }),
  }),
);

export const ReportShareRevoked = ofReport(
  'share_revoked',
  'A secret link to a report was revoked.',
  z.object({ shareId: ReportShareId }),
);
