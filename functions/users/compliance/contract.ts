import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { range } from '#shared/http/range.ts';
import { ComplianceReportId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { AskedInstant, dayMs, Instant } from '#shared/time.ts';
import { ComplianceReport } from '../domain/compliance-report.ts';
import { perDay } from '../domain/daily-limit.ts';
import type { UserErrors } from '../domain/error-codes.ts';

const operation = capability<UserErrors>({
  name: 'Compliance reports',
  group: 'Compliance',
  description: 'Request and read reports on access and changes in a period.',
});

/** A leap year: a report of any year is one report. */
const atMost = { milliseconds: 366 * dayMs, said: '366 days' };

const ListedReport = ComplianceReport.omit({ changedBy: true, correlationId: true }).meta({
  id: 'ListedComplianceReport',
});

export const ComplianceReportView = ComplianceReport.omit({ changedBy: true, correlationId: true })
  .extend({
    links: z.object({ json: z.url(), csv: z.url(), html: z.url(), expiresAt: Instant }).nullable().meta({
      description: 'Where its files are, once it is ready; `html` is the page to print. Ask again for new links',
    }),
  })
  .meta({ id: 'ComplianceReport' });

export const requestComplianceReport = operation({
  id: 'requestComplianceReport',
  method: 'POST',
  path: '/v1/compliance-reports',
  summary: 'Have a compliance report of a period written',
  description:
    'Members, roles, second factors and settings are as they stand when the report is written; everything else is ' +
    `what the audit trail holds of the period. \`to\` may not lie in the future. A workspace has ${perDay.complianceReport.most} reports ` +
    'a day (UTC), one person a third of that, rounded up.',
  access: 'compliance:read',
  request: { body: z.strictObject({ from: AskedInstant, to: AskedInstant }).check(range({ atMost, isSpan: true })) },
  response: ComplianceReportView,
  status: 202,
  limit: 'costly',
  errors: { 'rate-limited': ['daily_limit'] },
});

export const listComplianceReports = operation({
  id: 'listComplianceReports',
  method: 'GET',
  path: '/v1/compliance-reports',
  summary: 'The compliance reports of the workspace, newest first',
  access: 'compliance:read',
  request: { query: pageQuery({}) },
  response: pageOf(ListedReport),
});

export const getComplianceReport = operation({
  id: 'getComplianceReport',
  method: 'GET',
  path: '/v1/compliance-reports/{complianceReportId}',
  summary: 'What became of a compliance report, and links to its files for 15 minutes',
  access: 'compliance:read',
  request: { path: z.strictObject({ complianceReportId: ComplianceReportId }) },
  response: ComplianceReportView,
  errors: { 'not-found': ['compliance_report_not_found'] },
  outlastsToken: true,
});

export const operations = [requestComplianceReport, listComplianceReports, getComplianceReport] as const;
