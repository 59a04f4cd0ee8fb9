import * as z from 'zod';
import { range } from '#shared/http/range.ts';
import { AuditExportId } from '#shared/ids.ts';
import { AskedInstant, dayMs, Instant } from '#shared/time.ts';
import { AuditExport, ExportFormat } from '../domain/audit-export.ts';
import { perDay } from '../domain/daily-limit.ts';
import { operation } from './contract.ts';

/** More than is kept. */
const atMost = { milliseconds: 10 * 366 * dayMs, said: 'ten years' };

export const AuditExportView = AuditExport.omit({ changedBy: true, correlationId: true })
  .extend({
    link: z
      .object({ url: z.url(), expiresAt: Instant })
      .nullable()
      .meta({ description: 'Where the file is, once it is ready; ask again for a new link' }),
  })
  .meta({ id: 'AuditExport' });

export const exportAuditEvents = operation({
  id: 'exportAuditEvents',
  method: 'POST',
  path: '/v1/audit-events/exports',
  summary: 'Have the audit events of a period written to a file',
  description: `A workspace has ${perDay.auditExport.most} a day (UTC), one person a third of that, rounded up.`,
  access: 'audit:read',
  request: {
    body: z
      .strictObject({ from: AskedInstant, to: AskedInstant, format: ExportFormat })
      .check(range({ atMost, isSpan: true })),
  },
  response: AuditExportView,
  status: 202,
  limit: 'costly',
  errors: { 'rate-limited': ['daily_limit'] },
});

export const getAuditExport = operation({
  id: 'getAuditExport',
  method: 'GET',
  path: '/v1/audit-events/exports/{exportId}',
  summary: 'What became of an export of audit events, and a link to its file for 15 minutes',
  access: 'audit:read',
  request: { path: z.strictObject({ exportId: AuditExportId }) },
  response: AuditExportView,
  errors: { 'not-found': ['export_not_found'] },
  outlastsToken: true,
});

export const operations = [exportAuditEvents, getAuditExport] as const;
