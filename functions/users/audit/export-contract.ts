import * as z from 'zod';
import { range } from '#shared/http/range.ts';
import { AuditExportId } from '#shared/ids.ts';
import { AskedInstant, Instant } from '#shared/time.ts';
import { AuditExport, ExportFormat } from '../domain/audit-export.ts';
import { perDay } from '../domain/daily-limit.ts';
import { operation } from './contract.ts';

/** Longer than events are kept. */
const atMost = { days: 10 * 366, said: 'ten years' };

export const AuditExportView = AuditExport.omit({
  changedBy: true,
  correlationId: true,
  chain: true,
  requestedBy: true,
})
  .extend({
    link: z
      .object({
        url: z.url().meta({ description: 'Link to download the file without signing in' }),
        expiresAt: Instant.meta({ description: 'When the link stops working (UTC)' }),
      })
      .nullable()
      .meta({ description: 'Download link, a new one for each request; null: the export is not ready' }),
  })
  .meta({ id: 'AuditExport' });

export const exportAuditEvents = operation({
  id: 'exportAuditEvents',
  method: 'POST',
  path: '/v1/audit-events/exports',
  summary: 'Export the audit events of a period to a file',
  description:
    'Runs in the background: poll the export until `status` is `ready` or `failed`. The period can be at most ten years. A workspace can ' +
    `request ${perDay.auditExport.most} exports per UTC day, one person a third of that, rounded up.`,
  access: 'audit:read',
  request: {
    body: z
      .strictObject({
        from: AskedInstant.meta({ description: 'Start of the period, inclusive; any UTC offset' }),
        to: AskedInstant.meta({ description: 'End of the period, exclusive; any UTC offset' }),
        format: ExportFormat,
      })
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
  summary: 'Get an audit export and the link to its file',
  description: 'The link is valid for 15 minutes.',
  access: 'audit:read',
  request: { path: z.strictObject({ exportId: AuditExportId }) },
  response: AuditExportView,
  errors: { 'not-found': ['export_not_found'] },
  outlastsToken: true,
});

export const operations = [exportAuditEvents, getAuditExport] as const;
