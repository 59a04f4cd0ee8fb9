import * as z from 'zod';
import { HexColour } from '#events/workspace-settings.ts';
import { AccountId, CampaignId } from '#shared/ids.ts';
import { TimeZone } from '#shared/time.ts';
import { AskedDate } from './asked-date.ts';
import { Metric } from './figures.ts';

/** File formats of a report. */
export const ReportFormat = z.enum(['json', 'csv', 'xlsx', 'page', 'pdf']).meta({
  description: '`page`: one HTML file with charts, to open in a browser or to print',
});
export type ReportFormat = z.infer<typeof ReportFormat>;

/** Groups that a report compares. */
export const ReportGroup = z.enum(['account', 'campaign', 'variant', 'day', 'week', 'month']).meta({
  description: "`variant`: variants of the campaign's experiment, requires `campaignId`; `week`: weeks start on Monday",
});
export type ReportGroup = z.infer<typeof ReportGroup>;

/** Periods relative to the day on which a report is made; all of them end before that day. */
export const RelativeDays = z.enum(['last_7_days', 'last_28_days', 'last_90_days', 'last_month']).meta({
  description: 'Whole days up to the day before the report is created; `last_month`: the previous calendar month',
});
export type RelativeDays = z.infer<typeof RelativeDays>;

/** The days on which the posts of a report were published, in its time zone. */
export const ReportPeriod = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('fixed'),
      from: AskedDate.meta({ description: 'First day of publication, in `timeZone`' }),
      to: AskedDate.meta({ description: 'Last day of publication (inclusive), in `timeZone`' }),
    }),
    z.strictObject({ kind: z.literal('relative'), days: RelativeDays }),
  ])
  .meta({ description: 'Days on which the posts were published: fixed, or relative to the day the report is created' });
export type ReportPeriod = z.infer<typeof ReportPeriod>;

const isEachOnce = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** What a report is about and what it shows: the same definition and numbers give the same report. */
export const ReportDefinition = z
  .strictObject({
    title: z
      .string()
      .trim()
      .min(1)
      .max(120)
      .meta({ description: 'Title of the report', examples: ['Spring collection: what worked'] }),
    period: ReportPeriod,
    timeZone: TimeZone.default('UTC').meta({ description: 'Time zone of the days (IANA name)' }),
    metrics: z
      .array(Metric)
      .min(1)
      .max(Metric.options.length)
      .refine(isEachOnce, 'must not contain duplicates')
      .default(['posts', 'impressions', 'engagements', 'engagement_rate'])
      .meta({ description: 'Metrics to show, in this order; the first one determines the order of groups' }),
    groupBy: z
      .array(ReportGroup)
      .max(3)
      .refine(isEachOnce, 'must not contain duplicates')
      .default([])
      .meta({ description: 'One table per grouping, with charts of the first eight metrics; at most three groupings' }),
    accountId: AccountId.nullable().default(null).meta({ description: 'Only posts of this account; null: all' }),
    campaignId: CampaignId.nullable().default(null).meta({ description: 'Only posts of this campaign; null: all' }),
    showsUsage: z.boolean().default(false).meta({
      description: 'Whether costs are shown. Only members who may read usage can create and get such a report',
    }),
    colour: HexColour.nullable()
      .default(null)
      .meta({ description: 'Colour of titles and charts; null: that of the workspace', examples: ['#1d9bf0'] }),
    formats: z
      .array(ReportFormat)
      .min(1)
      .max(ReportFormat.options.length)
      .refine(isEachOnce, 'must not contain duplicates')
      .default(['page', 'pdf', 'xlsx', 'csv', 'json'])
      .meta({ description: 'Files to create' }),
  })
  .meta({ id: 'ReportDefinition', description: 'What a report is about and what it shows' });
export type ReportDefinition = z.infer<typeof ReportDefinition>;
