import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { range } from '#shared/http/range.ts';
import { ComplianceReportId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { AskedInstant, Instant } from '#shared/time.ts';
import { ComplianceReport } from '../domain/compliance-report.ts';
import { perDay } from '../domain/daily-limit.ts';
import type { UserErrors } from '../domain/error-codes.ts';

const operation = capability<UserErrors>({
  name: 'Compliance reports',
  group: 'Compliance',
  description: 'Request and get reports on access and changes in a period.',
});

/** Any year fits into one report, even a leap year. */
const atMost = { days: 366 };

const ListedReport = ComplianceReport.omit({ changedBy: true, correlationId: true, chain: true }).meta({
  id: 'ListedComplianceReport',
});

export const ComplianceReportView = ComplianceReport.omit({ changedBy: true, correlationId: true, chain: true })
  .extend({
    links: z
      .object({
        json: z.url().meta({ description: 'Report as JSON' }),
        csv: z.url().meta({ description: 'Report as CSV' }),
        html: z.url().meta({ description: 'Report as a page to print' }),
        expiresAt: Instant.meta({ description: 'When the links stop working (UTC)' }),
      })
      .nullable()
      .meta({ description: 'Download links, new ones for each request; null: the report is not ready' }),
  })
  .meta({ id: 'ComplianceReport' });

export const requestComplianceReport = operation({
  id: 'requestComplianceReport',
  method: 'POST',
  path: '/v1/compliance-reports',
  summary: 'Request a compliance report for a period',
  description:
    'Runs in the background: poll the report until `status` is `ready` or `failed`. Members, service accounts and ' +
    'settings are shown as of the creation of the report; the rest comes from the audit trail of the period, which can ' +
    'be at most 366 days. A workspace can request ' +
    `${perDay.complianceReport.most} reports per UTC day, one person a third of that, rounded up.`,
  access: 'compliance:read',
  request: {
    body: z
      .strictObject({
        from: AskedInstant.meta({ description: 'Start of the period, inclusive; any UTC offset' }),
        to: AskedInstant.meta({ description: 'End of the period, exclusive; any UTC offset, not in the future' }),
      })
      .check(range({ atMost, isSpan: true })),
  },
  response: ComplianceReportView,
  status: 202,
  limit: 'costly',
  errors: { 'rate-limited': ['daily_limit'] },
});

export const listComplianceReports = operation({
  id: 'listComplianceReports',
  method: 'GET',
  path: '/v1/compliance-reports',
  summary: 'List compliance reports, newest first',
  access: 'compliance:read',
  request: { query: pageQuery({}) },
  response: pageOf(ListedReport),
});

export const getComplianceReport = operation({
  id: 'getComplianceReport',
  method: 'GET',
  path: '/v1/compliance-reports/{complianceReportId}',
  summary: 'Get a compliance report and the links to its files',
  description: 'The links are valid for 15 minutes.',
  access: 'compliance:read',
  request: { path: z.strictObject({ complianceReportId: ComplianceReportId }) },
  response: ComplianceReportView,
  errors: { 'not-found': ['compliance_report_not_found'] },
  outlastsToken: true,
});

export const operations = [requestComplianceReport, listComplianceReports, getComplianceReport] as const;
