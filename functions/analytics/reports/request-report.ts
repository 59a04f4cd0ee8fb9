import type * as z from 'zod';
import type { Author } from '#shared/actor.ts';
import { firstVersion } from '#shared/entities.ts';
import { DomainError } from '#shared/errors.ts';
import type { Caller } from '#shared/http/route.ts';
import { knownTimeZone } from '#shared/http/time-zone.ts';
import { newId } from '#shared/ids.ts';
import { mayDo } from '#shared/permissions.ts';
import type { Deps } from '../deps.ts';
import { reportsPerDay } from '../domain/daily-limit.ts';
import { variantNeedsCampaign } from '../domain/post-filter.ts';
import { type Report, reportEnd } from '../domain/report.ts';
import type { ReportDefinition } from '../domain/report-definition.ts';
import type { RetentionDays } from '../domain/retention.ts';
import type { createReport } from './contract.ts';
import { daysMeant } from './report-period.ts';

/**
 * Checks a definition, and returns it with the days of its period now.
 * @param place of the definition in the request
 * @throws DomainError `invalid_time_zone`, `invalid_period`, `variant_needs_campaign`, `costs_not_allowed`
 */
export const checkedDefinition = (
  asked: ReportDefinition,
  now: Date,
  caller: Pick<Caller, 'role'>,
  place: 'body' | 'body.definition' = 'body',
): Pick<Report, 'definition' | 'period'> => {
  if (asked.showsUsage) assertCostsAllowed(caller);
  if (asked.groupBy.includes('variant') && asked.campaignId === null) throw variantNeedsCampaign(`${place}.campaignId`);
  const timeZone = knownTimeZone(asked.timeZone, place);
  return { definition: { ...asked, timeZone }, period: daysMeant(asked.period, timeZone, now, `${place}.period`) };
};

type Wanted = Pick<
  Report,
  'id' | 'workspaceId' | 'definition' | 'period' | 'createdBy' | 'savedReportId' | 'recipients'
>;

/** Returns a new report, not written yet: its first write starts the workflow that makes it. */
export const newReport = (wanted: Wanted, kept: RetentionDays, now: Date, author: Author): Report => {
  const expiresAt = reportEnd(now, kept);
  const begun = { status: 'requested' as const, files: [], shares: [], mailed: [], deletedAt: null, expiresAt };
  return firstVersion({ ...wanted, ...begun }, now, author);
};

/**
 * Requests a report; a workflow makes it.
 * @throws DomainError as `checkedDefinition` does, and `daily_limit`
 */
export const requestReport = async (
  { reports, dailyLimits, retention, now }: Pick<Deps, 'reports' | 'dailyLimits' | 'retention' | 'now'>,
  asked: ReportDefinition,
  savedReportId: string | null,
  caller: Caller,
): Promise<z.infer<typeof createReport.response>> => {
  const { workspaceId, actor: createdBy } = caller;
  const at = now();
  const checked = checkedDefinition(asked, at, caller);
  await dailyLimits.count(workspaceId, 'report', reportsPerDay, caller.people);
  const wanted = { id: newId('rpt', at), workspaceId, ...checked, createdBy, savedReportId, recipients: [] };
  const report = newReport(wanted, await retention.of(workspaceId), at, caller);
  return { ...(await reports.save(report, caller)), links: null };
};

/** Asserts that the caller may read usage, which includes costs in reports. @throws DomainError `costs_not_allowed` */
export const assertCostsAllowed = ({ role }: Pick<Caller, 'role'>): void => {
  if (mayDo(role, 'usage:read')) return;
  throw new DomainError('forbidden', 'costs_not_allowed', 'Your role may not read costs, which the report shows.');
};
