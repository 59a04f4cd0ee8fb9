import * as z from 'zod';
import { defineEvent } from '#shared/events/event.ts';
import { AccountId, CampaignId, PersonId, ReportShareId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

/**
 * Counters as X reports them, summed over the parts of a thread. Null: X does not report the counter (after 30 days).
 */
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
      .meta({ description: 'Clicks on links; null: X did not report them for at least one of the posts counted' }),
    profileClicks: z.int().min(0).nullable().meta({
      description: "Clicks on the author's profile; null: X did not report them for at least one of the posts counted",
    }),
  })
  .meta({ description: 'Counters as X reports them; for a thread, sums over its parts' });
export type PostMetrics = z.infer<typeof PostMetrics>;

export const PostMetricsUpdated = defineEvent(
  'analytics',
  'post.metrics_updated',
  1,
  'The metrics of a post changed since the previous reading from X, or this is the reading that its experiment uses.',
  () =>
    z.object({
      accountId: AccountId.nullable()
        .default(null)
        .meta({ description: 'Account that published the post; null: the event predates this field' }),
      campaignId: CampaignId.nullable().meta({ description: 'Campaign of the post; null: none' }),
      measuredAt: Instant.meta({ description: 'When the metrics were read from X (UTC)' }),
      metrics: PostMetrics,
    }),
);

const ofReport = <Data extends z.ZodType>(what: string, summary: string, data: () => Data) =>
  defineEvent('analytics', `report.${what}`, 1, `${summary} The entity is the report.`, data);

export const ReportRequested = ofReport('requested', 'A report on performance was requested.', () =>
  z.object({ showsUsage: z.boolean().meta({ description: 'Whether it shows costs' }) }),
);

export const ReportReady = ofReport('ready', 'The files of a report can be downloaded.', () =>
  z.object({
    formats: z.array(z.string()).meta({ description: 'Formats of the files', examples: [['page', 'pdf']] }),
    expiresAt: Instant.meta({ description: 'When the report and its files are deleted (UTC)' }),
    showsUsage: z.boolean().default(false).meta({ description: 'Whether it shows costs' }),
    recipients: z.array(PersonId).max(20).default([]).meta({ description: 'Members who get an email' }),
    title: z
      .string()
      .max(120)
      .nullable()
      .default(null)
      .meta({ description: 'Title of the report; null: the event predates this field' }),
  }),
);

export const ReportFailed = ofReport('failed', 'A report could not be created.', () => z.object({}));

export const ReportDeleted = ofReport('deleted', 'A report and its files were deleted.', () => z.object({}));

const statement = z.string().max(1_000).meta({ description: 'The finding as a sentence' });

export const InsightFound = defineEvent(
  'analytics',
  'insight.found',
  1,
  'A new insight was found in the posts of an account. The entity is the account.',
  () =>
    z.object({
      kind: z.enum(['best_time', 'trait', 'anomaly', 'fatigue']).meta({ description: 'Kind of the insight' }),
      statement,
      validUntil: Instant.meta({ description: 'When the insight expires (UTC)' }),
    }),
);

const ofGoal = {
  metric: z.string().max(40).meta({ description: 'Metric of the goal' }),
  target: z.number().positive().meta({ description: 'Target of the goal' }),
  progress: z.number().min(0).meta({ description: 'Total so far' }),
  statement,
};

export const GoalReached = defineEvent(
  'analytics',
  'goal.reached',
  1,
  'A campaign reached a goal. Published once per goal. The entity is the campaign.',
  () => z.object(ofGoal),
);

export const GoalAtRisk = defineEvent(
  'analytics',
  'goal.at_risk',
  1,
  'A campaign is at risk of missing a goal or has missed it. The entity is the campaign.',
  () =>
    z.object({
      ...ofGoal,
      status: z.enum(['at_risk', 'will_be_missed', 'missed']).meta({
        description:
          '`at_risk`: less than 75% probable; `will_be_missed`: less than 10%; `missed`: the period has ended',
      }),
    }),
);

export const AlertRaised = defineEvent(
  'analytics',
  'alert.raised',
  1,
  'An alert that a person set up was triggered; at most once a day per threshold, account or goal. ' +
    'The entity is the alert.',
  () =>
    z.object({
      personId: PersonId,
      kind: z.enum(['threshold', 'anomaly', 'goal']).meta({ description: 'What the alert is about' }),
      accountId: AccountId.nullable().meta({ description: 'Account that it is about; null: none' }),
      campaignId: CampaignId.nullable().meta({ description: 'Campaign that it is about; null: none' }),
      campaignName: z
        .string()
        .max(120)
        .nullable()
        .default(null)
        .meta({ description: 'Name of the campaign; null: none, or not known' }),
      statement,
    }),
);

const ofSavedReport = (what: string, summary: string) =>
  defineEvent('analytics', `saved_report.${what}`, 1, `${summary} The entity is the saved report.`, () =>
    z.object({
      isScheduled: z.boolean().meta({ description: 'Whether it has a schedule' }),
      recipients: z.int().min(0).meta({ description: 'Number of members who get an email' }),
    }),
  );

export const SavedReportCreated = ofSavedReport('created', 'A saved report was created.');

export const SavedReportChanged = ofSavedReport('changed', 'A saved report was replaced.');

export const SavedReportDeleted = ofSavedReport('deleted', 'A saved report was deleted.');

export const ReportShared = ofReport('shared', 'A secret link to the page of a report was created.', () =>
  z.object({
    shareId: ReportShareId,
    expiresAt: Instant.meta({ description: 'When the link stops working (UTC)' }),
    showsUsage: z.boolean().meta({ description: 'Whether the report shows costs' }),
  }),
);

export const ReportShareRevoked = ofReport('share_revoked', 'A secret link to a report was revoked.', () =>
  z.object({ shareId: ReportShareId }),
);

export const PostingRulesChanged = defineEvent(
  'analytics',
  'posting_rules.changed',
  1,
  'The posting rules of an account changed. The entity is the account.',
  () =>
    z.object({
      timeZone: z.string().meta({ description: 'IANA time zone of the rules' }),
      rules: z.int().min(0).meta({ description: 'Number of rules; 0: the account may post at any time' }),
    }),
);

const KeptDays = z.object({
  metricsDays: z.int().meta({ description: 'Days for which metrics are kept' }),
  reportsDays: z.int().meta({ description: 'Days for which reports are kept' }),
});

export const RetentionChanged = defineEvent(
  'analytics',
  'retention.changed',
  1,
  'The retention of metrics and reports changed; older data is deleted. The entity is the workspace.',
  () =>
    KeptDays.extend({ previous: KeptDays.nullable().meta({ description: 'Previous retention; null: the default' }) }),
);
