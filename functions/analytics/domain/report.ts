import * as z from 'zod';
import { Actor } from '#shared/actor.ts';
import { entityFields } from '#shared/entity.ts';
import { PersonId, ReportId, SavedReportId } from '#shared/ids.ts';
import { dayMs, Instant, instantAfter } from '#shared/time.ts';
import { PublicationDays } from './publication-days.ts';
import { ReportDefinition, ReportFormat } from './report-definition.ts';
import { MailedLink, maxShares, ReportShare } from './report-share.ts';
import type { RetentionDays } from './retention.ts';

export const ReportStatus = z.enum(['requested', 'ready', 'failed']).meta({
  description: '`requested`: in progress; `ready`: can be downloaded; `failed`: could not be created, request it again',
});

/** A file of a report. */
export const ReportFile = z
  .object({ format: ReportFormat, bytes: z.int().min(0).meta({ description: 'Size of the file in bytes' }) })
  .meta({ id: 'ReportFile', description: 'A file of a report' });

/** Maximum number of members who get a report by email. */
const maxRecipients = 20;

/** A report, made by a workflow that its first write starts. */
export const Report = z.object({
  id: ReportId,
  ...entityFields,
  definition: ReportDefinition,
  /** The days of the period when the report was requested: a repeated step makes the same report. */
  period: PublicationDays,
  status: ReportStatus,
  files: z.array(ReportFile).meta({ description: 'Files of the report; empty until it is ready' }),
  /** Deleted reports are stored until they expire, so that nothing more is made of them. */
  deletedAt: Instant.nullable(),
  savedReportId: SavedReportId.nullable()
    .default(null)
    .meta({ description: 'Saved report that it was created from; null: none' }),
  recipients: z
    .array(PersonId.meta({ description: 'Id of a member' }))
    .max(maxRecipients)
    .default([])
    .meta({ description: 'Members who get an email when it is ready' }),
  /** Secret links by which people without an account read its page. */
  shares: z.array(ReportShare).max(maxShares).default([]),
  /** Secret links that its recipients got by email. */
  mailed: z.array(MailedLink).max(maxRecipients).default([]),
  createdBy: Actor.meta({ description: 'Who requested the report' }),
  expiresAt: Instant.meta({ description: 'When the report and its files are deleted (UTC)' }),
});
export type Report = z.infer<typeof Report>;

/** Returns when a report that is requested now expires. */
export const reportEnd = (now: Date, { reportsDays }: Pick<RetentionDays, 'reportsDays'>): string =>
  instantAfter(now, reportsDays * dayMs);

const extensions = { json: 'json', csv: 'csv', xlsx: 'xlsx', page: 'html', pdf: 'pdf' } as const;

/** Returns the prefix of a report's files in the report bucket. */
export const prefixOf = ({ workspaceId, id }: Pick<Report, 'workspaceId' | 'id'>): string => `${workspaceId}/${id}/`;

/**
 * Returns the key of a report's file in the report bucket. The JSON file is the document that the others are made from.
 */
export const fileKeyOf = (report: Pick<Report, 'workspaceId' | 'id'>, format: ReportFormat): string =>
  `${prefixOf(report)}report.${extensions[format]}`;
