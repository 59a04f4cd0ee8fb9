import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { ReportId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Instant } from '#shared/time.ts';
import { reportsPerDay } from '../domain/daily-limit.ts';
import type { AnalyticsErrors } from '../domain/error-codes.ts';
import { Report } from '../domain/report.ts';
import { ReportDefinition, ReportFormat } from '../domain/report-definition.ts';
import { mostReportsDays } from '../domain/retention.ts';

/** Defines an operation on reports. */
export const operation = capability<AnalyticsErrors>({
  name: 'Reports',
  group: 'Analytics',
  description: 'Create reports that show what worked, as files to read, print or process further.',
});

const ListedReport = Report.omit({
  changedBy: true,
  correlationId: true,
  chain: true,
  deletedAt: true,
  shares: true,
  mailed: true,
}).meta({
  id: 'ListedReport',
});

export const ReportView = ListedReport.extend({
  links: z
    .array(
      z.object({
        format: ReportFormat,
        url: z.url().meta({ description: 'Link to download the file without signing in' }),
        expiresAt: Instant.meta({ description: 'When the link stops working (UTC)' }),
      }),
    )
    .nullable()
    .meta({ description: 'Download links, new ones for each request; null: the report is not ready' }),
}).meta({ id: 'Report' });

const onReport = z.strictObject({ reportId: ReportId });

export const createReport = operation({
  id: 'createReport',
  method: 'POST',
  path: '/v1/analytics/reports',
  summary: 'Create a report on the performance of posts',
  description:
    'Runs in the background: poll `getReport` until `status` is `ready` or `failed`. The numbers are those of the overview ' +
    `and the series, with their coverage. Reports are kept for ${mostReportsDays} days unless the workspace has set ` +
    `fewer. A workspace can create ${reportsPerDay.most} reports per UTC day, and one person a third of that.`,
  access: 'analytics:read',
  request: { body: ReportDefinition },
  response: ReportView,
  status: 202,
  limit: 'costly',
  errors: {
    invalid: ['invalid_time_zone', 'invalid_period', 'variant_needs_campaign'],
    forbidden: ['costs_not_allowed'],
    'rate-limited': ['daily_limit'],
  },
});

export const listReports = operation({
  id: 'listReports',
  method: 'GET',
  path: '/v1/analytics/reports',
  summary: 'List reports, newest first',
  access: 'analytics:read',
  request: { query: pageQuery({}) },
  response: pageOf(ListedReport),
});

export const getReport = operation({
  id: 'getReport',
  method: 'GET',
  path: '/v1/analytics/reports/{reportId}',
  summary: 'Get a report and the links to its files',
  description: 'The links are valid for 15 minutes. Only members who may read usage can get a report that shows costs.',
  access: 'analytics:read',
  request: { path: onReport },
  response: ReportView,
  errors: { forbidden: ['costs_not_allowed'], 'not-found': ['report_not_found'] },
  outlastsToken: true,
});

export const deleteReport = operation({
  id: 'deleteReport',
  method: 'DELETE',
  path: '/v1/analytics/reports/{reportId}',
  summary: 'Delete a report and its files',
  description: 'You can delete reports that you created; owners and admins can delete any.',
  access: 'analytics:read',
  request: { path: onReport },
  errors: { forbidden: ['not_your_report'], 'not-found': ['report_not_found'], conflict: ['changed_meanwhile'] },
});

export const operations = [createReport, listReports, getReport, deleteReport] as const;
