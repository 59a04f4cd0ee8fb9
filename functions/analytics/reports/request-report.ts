import type * as z from 'zod';
import { firstVersion } from '#shared/entities.ts';
import { DomainError } from '#shared/errors.ts';
import type { Caller } from '#shared/http/route.ts';
import { knownTimeZone } from '#shared/http/time-zone.ts';
import { newId } from '#shared/ids.ts';
import { mayDo } from '#shared/permissions.ts';
import type { Deps } from '../deps.ts';
import { reportsPerDay } from '../domain/daily-limit.ts';
import { type Report, reportEnd } from '../domain/report.ts';
import type { ReportDefinition } from '../domain/report-definition.ts';
import { variantNeedsCampaign } from '../performance/groups.ts';
import type { createReport } from './contract.ts';
import { daysMeant } from './report-period.ts';

/**
 * Asks for a report; a workflow makes it.
 * @throws DomainError `invalid_time_zone`, `invalid_period`, `variant_needs_campaign`, `costs_not_allowed`, `daily_limit`
 */
export const requestReport = async (
  { reports, dailyLimits, now }: Pick<Deps, 'reports' | 'dailyLimits' | 'now'>,
  asked: ReportDefinition,
  caller: Caller,
): Promise<z.infer<typeof createReport.response>> => {
  const { workspaceId } = caller;
  if (asked.showsUsage) assertCostsAllowed(caller);
  if (asked.groupBy.includes('variant') && asked.campaignId === null) throw variantNeedsCampaign('body.campaignId');
  const timeZone = knownTimeZone(asked.timeZone);
  const definition = { ...asked, timeZone };
  const period = daysMeant(asked.period, timeZone, now());
  await dailyLimits.count(workspaceId, 'report', reportsPerDay, caller.people);
  const begun = { status: 'requested' as const, files: [], deletedAt: null };
  const made = { createdBy: caller.actor, expiresAt: reportEnd(now()) };
  const wanted = { id: newId('rpt', now()), workspaceId, definition, period, ...begun, ...made };
  const first = firstVersion<Pick<Report, keyof typeof wanted>>(wanted, now(), caller);
  return { ...(await reports.save(first, caller)), links: null };
};

/** What posts have cost is for those who may read usage, in a report as anywhere. @throws DomainError `costs_not_allowed` */
export const assertCostsAllowed = ({ role }: Pick<Caller, 'role'>): void => {
  if (mayDo(role, 'usage:read')) return;
  throw new DomainError('forbidden', 'costs_not_allowed', 'Your role may not read costs, which the report shows.');
};
