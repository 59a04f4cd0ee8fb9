import * as z from 'zod';
import { csvFile, csvLine } from '#shared/csv.ts';
import { entityFields } from '#shared/entity.ts';
import { AuditExportId, PersonId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import type { AuditLink } from './audit-chain.ts';

export const ExportFormat = z
  .enum(['csv', 'jsonl'])
  .meta({ description: '`csv`: CSV with a header line; `jsonl`: one JSON object per line' });

/** An export of audit events, written to a file by a workflow. */
export const AuditExport = z.object({
  id: AuditExportId,
  ...entityFields,
  /** `from` is inclusive, `to` exclusive. */
  from: Instant.meta({ description: 'Start of the period, inclusive (UTC)' }),
  to: Instant.meta({ description: 'End of the period, exclusive (UTC)' }),
  format: ExportFormat,
  status: z
    .enum(['requested', 'ready', 'failed'])
    .meta({ description: '`requested`: in progress; `ready`: can be downloaded; `failed`: request it again' }),
  /** Who is notified when it is ready; null for a service account. */
  requestedBy: PersonId.nullable().default(null),
  events: z.int().min(0).meta({ description: 'Number of events in the file; 0 until it is ready' }),
});
export type AuditExport = z.infer<typeof AuditExport>;

/** Key of its file in the bucket of audit files. */
export const fileKeyOf = ({ workspaceId, id, format }: AuditExport): string =>
  `${workspaceId}/audit-events/${id}.${format}`;

export const contentTypes: Readonly<Record<AuditExport['format'], string>> = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/jsonl',
};

const columns = [
  'sequence',
  'id',
  'eventType',
  'outcome',
  'entityId',
  'entityVersion',
  'occurredAt',
  'network',
  'correlationId',
  'data',
  'previousHash',
  'hash',
] as const;

/** The header of a file. */
export const headOf = (format: AuditExport['format']): string =>
  format === 'csv' ? csvFile([['actorType', 'actorId', ...columns]]) : '';

/**
 * Renders an event as one line, including its position in the chain, so that anyone with the file can verify the chain.
 */
export const lineOf = (format: AuditExport['format'], link: AuditLink): string =>
  format === 'csv'
    ? csvLine([link.actor.type, link.actor.id, ...columns.map((column) => link[column])])
    : `${JSON.stringify(link)}\n`;
