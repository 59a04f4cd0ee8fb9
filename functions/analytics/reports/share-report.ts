import type * as z from 'zod';
import { retryOnLostUpdate } from '#shared/entities.ts';
import { DomainError, notFound } from '#shared/errors.ts';
import type { Caller } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import { onlyForPeople } from '#shared/permissions.ts';
import {
  hashOfReportToken,
  reportOfToken,
  reportPathOf,
  reportSecretBytes,
  reportTokenOf,
} from '#shared/report-link.ts';
import { isSameSecret } from '#shared/secrets.ts';
import { dayMs, instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { fileKeyOf } from '../domain/report.ts';
import { liveLinks, withShare } from '../domain/report-share.ts';
import { assertMayChangeReport } from './may-change-report.ts';
import { assertCostsAllowed } from './request-report.ts';
import type { shareReport } from './share-contract.ts';

/**
 * Creates a secret link to the page of a report; its path is shown only once.
 * @throws DomainError `only_for_people`, `report_not_found`, `not_your_report`, `costs_not_allowed`,
 *   `report_without_page`, `too_many_report_shares`
 */
export const makeShare = async (
  { reports, randomBytes, now }: Pick<Deps, 'reports' | 'randomBytes' | 'now'>,
  reportId: string,
  { days }: z.infer<typeof shareReport.request.body>,
  caller: Caller,
): Promise<z.infer<typeof shareReport.response>> => {
  // As with calendar feeds: a service account's secret is in a file, and must not let others read without signing in.
  if (caller.actor.type !== 'person') throw onlyForPeople();
  const { workspaceId } = caller;
  const token = reportTokenOf({ workspaceId, reportId }, randomBytes(reportSecretBytes).toString('base64url'));
  return retryOnLostUpdate(async () => {
    const report = await reports.get(workspaceId, reportId);
    assertMayChangeReport(report, caller);
    if (report.definition.showsUsage) assertCostsAllowed(caller);
    if (!report.files.some(({ format }) => format === 'page')) throw withoutPage();
    const at = now();
    const end = Math.min(at.getTime() + days * dayMs, Date.parse(report.expiresAt));
    const share = {
      ...{ id: newId('rsh', at), tokenHash: hashOfReportToken(token), createdBy: caller.actor },
      ...{ createdAt: at.toISOString(), expiresAt: instantAfter(new Date(end), 0) },
    };
    await reports.save({ ...report, shares: withShare(report.shares, share, at) }, caller);
    return { ...share, path: reportPathOf(token) };
  });
};

/** Revokes a secret link. @throws DomainError `report_not_found`, `not_your_report`, `report_share_not_found` */
export const revokeShare = async (
  { reports, now }: Pick<Deps, 'reports' | 'now'>,
  { reportId, shareId }: { reportId: string; shareId: string },
  caller: Caller,
): Promise<undefined> =>
  retryOnLostUpdate(async () => {
    const report = await reports.get(caller.workspaceId, reportId);
    assertMayChangeReport(report, caller);
    const live = liveLinks(report.shares, now());
    const rest = live.filter(({ id }) => id !== shareId);
    if (rest.length === live.length) throw noSuchLink();
    await reports.save({ ...report, shares: rest }, caller);
    return undefined;
  });

/** Returns the same error for a link that never existed and for one that is no longer valid. */
const noSuchLink = (): DomainError => notFound('report share', 'The link does not exist, has expired or was revoked.');

/** Returns the page that a secret link opens. @throws DomainError `report_share_not_found` if the link is not valid */
export const readShared = async (
  { reports, reportFiles, now }: Pick<Deps, 'reports' | 'reportFiles' | 'now'>,
  token: string,
): Promise<string> => {
  const named = reportOfToken(token);
  const report = named && (await reports.find(named.workspaceId, named.reportId));
  const hash = hashOfReportToken(token);
  // Every link is compared, each in constant time.
  const links = report ? liveLinks([...report.shares, ...report.mailed], now()) : [];
  const found = links.filter(({ tokenHash }) => isSameSecret(tokenHash, hash));
  if (!report || report.deletedAt !== null || found.length === 0) throw noSuchLink();
  return reportFiles.read(fileKeyOf(report, 'page'));
};

const withoutPage = (): DomainError =>
  new DomainError(
    'conflict',
    'report_without_page',
    'The report is not ready or was created without the format `page`. Only pages can be shared.',
  );
