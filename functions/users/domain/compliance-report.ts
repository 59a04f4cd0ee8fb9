import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { ComplianceReportId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import { Breach, Place } from './audit-chain.ts';
import { Section } from './compliance-section.ts';

/** What following the whole chain of audit events found. */
export const ChainVerdict = z.object({
  verdict: z.enum(['intact', 'broken']),
  from: z.int().meta({ description: 'The sequence behind which the chain begins' }),
  through: z.int().meta({ description: 'The sequence up to which it is intact' }),
  brokenAt: z.object({ sequence: z.int(), eventId: z.string().nullable(), why: Breach }).nullable(),
});
export type ChainVerdict = z.infer<typeof ChainVerdict>;

/** What a report found, in figures. */
export const ComplianceSummary = z.object({
  chain: ChainVerdict,
  members: z.int().min(0),
  membersWithMfa: z.int().min(0),
  dormantMembers: z.int().min(0),
  /** How often each kind of thing happened in the period. */
  counts: z.record(Section, z.int().min(0)),
});
export type ComplianceSummary = z.infer<typeof ComplianceSummary>;

/** A report on how a workspace was looked after in a period, written by a workflow. */
export const ComplianceReport = z.object({
  id: ComplianceReportId,
  ...entityFields,
  /** From (inclusive) and to (exclusive). */
  from: Instant,
  to: Instant,
  status: z.enum(['requested', 'ready', 'failed']),
  summary: ComplianceSummary.nullable(),
});
export type ComplianceReport = z.infer<typeof ComplianceReport>;

/**
 * How far the making of a report has come; the next step goes on from there. First the chain is followed, then each
 * topic is gathered, by its place in the list of topics.
 */
export const Progress = z.object({
  from: z.int().nullable(),
  place: Place.nullable(),
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

/** Where its file of one form lies in the bucket of audit files. */
export const fileKeyOf = ({ workspaceId, id }: Pick<ComplianceReport, 'workspaceId' | 'id'>, form: ReportForm) =>
  `${workspaceId}/compliance-reports/${id}.${form}`;
