import * as z from 'zod';
import { SavedReportId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { savedFields, SavedReport } from '../domain/saved-report.ts';
import { operation, ReportView } from './contract.ts';

const Asked = z
  .strictObject(savedFields)
  .refine(({ definition, schedule }) => schedule === null || definition.period.kind === 'relative', {
    path: ['definition', 'period'],
    message: 'must be relative if there is a schedule',
  });

const SavedReportView = SavedReport.omit({ changedBy: true, correlationId: true, chain: true, deletedAt: true }).meta({
  id: 'SavedReport',
});

const onSaved = z.strictObject({ savedReportId: SavedReportId });

const invalid = ['invalid_time_zone', 'invalid_period', 'variant_needs_campaign', 'invalid_schedule'] as const;

export const createSavedReport = operation({
  id: 'createSavedReport',
  method: 'POST',
  path: '/v1/analytics/saved-reports',
  summary: 'Save a report, optionally with a schedule',
  description:
    'The schedule follows the time zone of the definition. Recipients get an email when a scheduled report is ready. After ' +
    'an outage, one report is created, not one for each missed time.',
  access: 'analytics:read',
  request: { body: Asked },
  response: SavedReportView,
  errors: {
    invalid: [...invalid],
    forbidden: ['costs_not_allowed'],
    conflict: ['too_many_saved_reports', 'too_many_own_saved_reports'],
  },
  etag: true,
  location: '/v1/analytics/saved-reports/{id}',
});

export const listSavedReports = operation({
  id: 'listSavedReports',
  method: 'GET',
  path: '/v1/analytics/saved-reports',
  summary: 'List saved reports, newest first',
  access: 'analytics:read',
  request: { query: pageQuery({}) },
  response: pageOf(SavedReportView),
});

export const getSavedReport = operation({
  id: 'getSavedReport',
  method: 'GET',
  path: '/v1/analytics/saved-reports/{savedReportId}',
  summary: 'Get a saved report',
  access: 'analytics:read',
  request: { path: onSaved },
  response: SavedReportView,
  errors: { 'not-found': ['saved_report_not_found'] },
  etag: true,
});

export const replaceSavedReport = operation({
  id: 'replaceSavedReport',
  method: 'PUT',
  path: '/v1/analytics/saved-reports/{savedReportId}',
  summary: 'Replace a saved report',
  description: 'You can replace saved reports that you created; owners and admins can replace any.',
  access: 'analytics:read',
  request: { path: onSaved, body: Asked },
  response: SavedReportView,
  errors: {
    invalid: [...invalid],
    forbidden: ['costs_not_allowed', 'not_your_report'],
    'not-found': ['saved_report_not_found'],
    conflict: ['changed_meanwhile'],
  },
  ifMatch: 'required',
});

export const deleteSavedReport = operation({
  id: 'deleteSavedReport',
  method: 'DELETE',
  path: '/v1/analytics/saved-reports/{savedReportId}',
  summary: 'Delete a saved report',
  description:
    'Reports created from it are kept. You can delete saved reports that you created; owners and admins can delete any.',
  access: 'analytics:read',
  request: { path: onSaved },
  errors: { forbidden: ['not_your_report'], 'not-found': ['saved_report_not_found'], conflict: ['changed_meanwhile'] },
});

export const makeSavedReport = operation({
  id: 'makeSavedReport',
  method: 'POST',
  path: '/v1/analytics/saved-reports/{savedReportId}/make',
  summary: 'Create a report from a saved report now',
  description: 'Runs in the background and counts towards the same daily limit as `createReport`. No email is sent.',
  access: 'analytics:read',
  request: { path: onSaved },
  response: ReportView,
  status: 202,
  limit: 'costly',
  errors: {
    invalid: ['invalid_period'],
    forbidden: ['costs_not_allowed'],
    'not-found': ['saved_report_not_found'],
    'rate-limited': ['daily_limit'],
  },
});

export const operations = [
  createSavedReport,
  listSavedReports,
  getSavedReport,
  replaceSavedReport,
  deleteSavedReport,
  makeSavedReport,
] as const;
