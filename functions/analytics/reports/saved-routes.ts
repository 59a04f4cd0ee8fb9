import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { assertMayChangeReport } from './may-change-report.ts';
import { requestReport } from './request-report.ts';
import { replaceReport, saveReport } from './save-report.ts';
import * as contract from './saved-contract.ts';

/** Routes of saved reports. A workflow requests reports when they are due. */
export const savedReportRoutes = (deps: Deps): Route[] => {
  const { savedReports } = deps;
  return [
    route(contract.createSavedReport, async ({ body, caller }) => saveReport(deps, body, caller)),
    route(contract.listSavedReports, async ({ query, caller: { workspaceId } }) =>
      savedReports.list(workspaceId, { ...query, scope: { operation: contract.listSavedReports.id, workspaceId } }),
    ),
    route(contract.getSavedReport, async ({ path, caller }) =>
      savedReports.get(caller.workspaceId, path.savedReportId),
    ),
    route(contract.replaceSavedReport, async ({ path, body, caller, request }) => {
      const saved = await savedReports.get(caller.workspaceId, path.savedReportId);
      assertMayChangeReport(saved, caller);
      return replaceReport(deps, saved, body, request.ifMatch, caller);
    }),
    route(contract.deleteSavedReport, async ({ path, caller }) => {
      const saved = await savedReports.get(caller.workspaceId, path.savedReportId);
      assertMayChangeReport(saved, caller);
      await savedReports.delete(saved, caller);
      return undefined;
    }),
    route(contract.makeSavedReport, async ({ path, caller }) => {
      const { id, definition } = await savedReports.get(caller.workspaceId, path.savedReportId);
      return requestReport(deps, definition, id, caller);
    }),
  ];
};
