import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { ComplianceReportId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import { ChainBreak, ChainPosition } from './audit-chain.ts';
import { Section } from './compliance-section.ts';

/** Result of verifying the whole chain of audit events. */
export const ChainVerdict = z.object({
  verdict: z.enum(['intact', 'broken']).meta({ description: '`intact`: no break; `broken`: see `brokenAt`' }),
  from: z.int().meta({ description: 'Sequence after which the chain starts' }),
  through: z.int().meta({ description: 'Sequence up to which the chain is intact' }),
  brokenAt: ChainBreak.nullable().meta({ description: 'First break; null if intact' }),
});
export type ChainVerdict = z.infer<typeof ChainVerdict>;

/** Figures of a report. */
export const ComplianceSummary = z.object({
  chain: ChainVerdict.meta({ description: 'Result of verifying the hash chain of audit events' }),
  members: z.int().min(0).meta({ description: 'Number of members, disabled ones included' }),
  membersWithMfa: z.int().min(0).meta({ description: 'Number of members with a second factor' }),
  dormantMembers: z
    .int()
    .min(0)
    .meta({ description: 'Number of members who neither signed in nor joined in the 90 days before the report' }),
  /** Number of events by section in the period. */
  counts: z.record(Section, z.int().min(0).meta({ description: 'Number of audit events in the period' })).meta({
    description:
      '`privilegedChanges`: changes to members, invitations, service accounts, settings and second factors; `approvals`: ' +
      'submissions, approvals and requests for changes; `overrides`: overrides of approval or policy; `policyFindings`: posts held ' +
      'by a rule, accounts suspended or locked by X; `consents`: X accounts connected, disconnected or to be reconnected; ' +
      '`exports`: exports of audit events, and compliance reports; `erasures`: erasures of workspaces and posts, including their steps',
  }),
});
export type ComplianceSummary = z.infer<typeof ComplianceSummary>;

/** A report on access and changes in a workspace in a period, written by a workflow. */
export const ComplianceReport = z.object({
  id: ComplianceReportId,
  ...entityFields,
  /** `from` is inclusive, `to` exclusive. */
  from: Instant.meta({ description: 'Start of the period, inclusive (UTC)' }),
  to: Instant.meta({ description: 'End of the period, exclusive (UTC)' }),
  status: z
    .enum(['requested', 'ready', 'failed'])
    .meta({ description: '`requested`: in progress; `ready`: can be downloaded; `failed`: request it again' }),
  summary: ComplianceSummary.nullable().meta({ description: 'Key figures; null until the report is ready' }),
});
export type ComplianceReport = z.infer<typeof ComplianceReport>;

/**
 * Progress of creating a report, from which the next step continues: first the chain is walked, then the topics are
 * gathered by their index in the list of topics.
 */
export const Progress = z.object({
  from: z.int().nullable(),
  place: ChainPosition.nullable(),
  chain: ChainVerdict.nullable(),
  topic: z.int().min(0),
});
export type Progress = z.infer<typeof Progress>;

export const ReportForm = z.enum(['json', 'csv', 'html']);
export type ReportForm = z.infer<typeof ReportForm>;

export const contentTypes: Readonly<Record<ReportForm, string>> = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=utf-8',
};

/** Key of its file of one format in the bucket of audit files. */
export const fileKeyOf = ({ workspaceId, id }: Pick<ComplianceReport, 'workspaceId' | 'id'>, form: ReportForm) =>
  `${workspaceId}/compliance-reports/${id}.${form}`;
