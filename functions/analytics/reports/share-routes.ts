import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { liveLinks } from '../domain/report-share.ts';
import * as contract from './share-contract.ts';
import { makeShare, readShared, revokeShare } from './share-report.ts';

/** Routes of secret links to the pages of reports. */
export const shareRoutes = (deps: Deps): Route[] => [
  route(contract.shareReport, async ({ path, body, caller }) => makeShare(deps, path.reportId, body, caller)),
  route(contract.listReportShares, async ({ path, caller: { workspaceId } }) => {
    const { shares } = await deps.reports.get(workspaceId, path.reportId);
    return { items: liveLinks(shares, deps.now()) };
  }),
  route(contract.revokeReportShare, async ({ path, caller }) => revokeShare(deps, path, caller)),
  route(contract.readSharedReport, async ({ path: { token } }) => readShared(deps, token)),
];
