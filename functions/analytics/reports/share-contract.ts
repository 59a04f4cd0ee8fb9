import * as z from 'zod';
import { ReportId, ReportShareId } from '#shared/ids.ts';
import { maxShares, ReportShare } from '../domain/report-share.ts';
import { mostReportsDays } from '../domain/retention.ts';
import { operation } from './contract.ts';

const onReport = { reportId: ReportId };

const ReportShareView = ReportShare.omit({ tokenHash: true }).meta({ id: 'ReportShare' });

export const shareReport = operation({
  id: 'shareReport',
  method: 'POST',
  path: '/v1/analytics/reports/{reportId}/shares',
  summary: 'Create a secret link to the page of a report',
  description:
    'The link is shown only once. Anyone who has it can read the page without signing in, including costs if the report ' +
    'shows them. It stops working when it expires or is revoked, or when the report is deleted. You can share reports ' +
    `that you created; owners and admins can share any. A report can have at most ${maxShares} links.`,
  access: 'analytics:read',
  request: {
    path: z.strictObject(onReport),
    body: z.strictObject({
      days: z
        .int()
        .min(1)
        .max(mostReportsDays)
        .default(30)
        .meta({ description: 'Days until the link expires; it never outlasts the report', examples: [30] }),
    }),
  },
  response: ReportShareView.extend({
    path: z.string().meta({ description: 'Path of the page, relative to the base URL of this API' }),
  }).meta({ id: 'NewReportShare' }),
  errors: {
    forbidden: ['costs_not_allowed', 'not_your_report', 'only_for_people'],
    'not-found': ['report_not_found'],
    conflict: ['report_without_page', 'too_many_report_shares', 'changed_meanwhile'],
  },
  idempotency: 'inherent',
  location: '{path}',
});

export const listReportShares = operation({
  id: 'listReportShares',
  method: 'GET',
  path: '/v1/analytics/reports/{reportId}/shares',
  summary: 'List the secret links to a report',
  description:
    'Lists the links created with `POST /v1/analytics/reports/{reportId}/shares` that still work. Their secret paths are ' +
    'not shown again. Links that recipients of a scheduled report get by email are not listed and cannot be revoked one by ' +
    'one: they open the page without signing in for up to 7 days, unless the recipient is removed from the workspace or ' +
    'the report is deleted before.',
  access: 'analytics:read',
  request: { path: z.strictObject(onReport) },
  response: z.object({ items: z.array(ReportShareView).meta({ description: 'Links, oldest first' }) }),
  errors: { 'not-found': ['report_not_found'] },
});

export const revokeReportShare = operation({
  id: 'revokeReportShare',
  method: 'DELETE',
  path: '/v1/analytics/reports/{reportId}/shares/{shareId}',
  summary: 'Revoke a secret link to a report',
  description: 'You can revoke links to reports that you created; owners and admins can revoke any.',
  access: 'analytics:read',
  request: { path: z.strictObject({ ...onReport, shareId: ReportShareId }) },
  errors: {
    forbidden: ['not_your_report'],
    'not-found': ['report_not_found', 'report_share_not_found'],
    conflict: ['changed_meanwhile'],
  },
});

export const readSharedReport = operation({
  id: 'readSharedReport',
  method: 'GET',
  path: '/v1/shared-reports/{token}',
  summary: 'Get the page of a report through a secret link',
  description: 'A self-contained HTML page with charts: it loads no resources and runs no scripts.',
  access: 'public',
  request: {
    path: z.strictObject({
      token: z.string().max(128).meta({ description: 'Secret of the link: the last segment of its `path`' }),
    }),
  },
  response: z.string(),
  contentType: 'text/html; charset=utf-8',
  ignoresQuery: true,
  errors: { 'not-found': ['report_share_not_found'] },
  limit: 'costly',
});

export const operations = [shareReport, listReportShares, revokeReportShare, readSharedReport] as const;
