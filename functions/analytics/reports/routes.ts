import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { fileKeyOf, prefixOf, type Report } from '../domain/report.ts';
import * as contract from './contract.ts';
import { assertMayChangeReport } from './may-change-report.ts';
import { assertCostsAllowed, requestReport } from './request-report.ts';

/** Routes of reports: requested here, made by a workflow that the first write starts. */
export const reportRoutes = (deps: Deps): Route[] => {
  const { reports, reportFiles, now } = deps;
  return [
    route(contract.createReport, async ({ body, caller }) => requestReport(deps, body, null, caller)),
    route(contract.listReports, async ({ query, caller: { workspaceId } }) =>
      reports.list(workspaceId, { ...query, scope: { operation: contract.listReports.id, workspaceId } }),
    ),
    route(contract.getReport, async ({ path, caller }) => {
      const report = await reports.get(caller.workspaceId, path.reportId);
      if (report.definition.showsUsage) assertCostsAllowed(caller);
      return { ...report, links: report.status === 'ready' ? await linksTo(deps, report) : null };
    }),
    route(contract.deleteReport, async ({ path, caller }) => {
      const report = await reports.get(caller.workspaceId, path.reportId);
      assertMayChangeReport(report, caller);
      // A workflow that is still making it erases what it has made.
      await reports.save({ ...report, deletedAt: now().toISOString() }, caller);
      await reportFiles.eraseSome(prefixOf(report));
      return undefined;
    }),
  ];
};

const linksTo = async ({ reportFiles }: Pick<Deps, 'reportFiles'>, report: Report) => {
  const { from, to } = report.period;
  return Promise.all(
    report.files.map(async ({ format }) => {
      const key = fileKeyOf(report, format);
      const name = `report-${from}-${to}${key.slice(key.lastIndexOf('.'))}`;
      return { format, ...(await reportFiles.link(key, name)) };
    }),
  );
};
