import { firstVersion } from '#shared/entities.ts';
import { DomainError } from '#shared/errors.ts';
import { type Route, route } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import type { Deps } from '../deps.ts';
import { type ComplianceReport, fileKeyOf } from '../domain/compliance-report.ts';
import { perDay } from '../domain/daily-limit.ts';
import * as contract from './contract.ts';

/** Routes of compliance reports. Creating one starts the workflow that writes its files. */
export const complianceReportRoutes = (deps: Deps): Route[] => {
  const { complianceReports, auditFiles, dailyLimits, now } = deps;
  return [
    route(contract.requestComplianceReport, async ({ body, caller }) => {
      if (Date.parse(body.to) > now().getTime()) throw futureEnd();
      const { workspaceId } = caller;
      await dailyLimits.count(workspaceId, 'compliance_report', perDay.complianceReport, caller.people);
      const wanted = { id: newId('cpr', now()), workspaceId, ...body, status: 'requested' as const, summary: null };
      const first = firstVersion<Pick<ComplianceReport, keyof typeof wanted>>(wanted, now(), caller);
      return { ...(await complianceReports.save(first, caller)), links: null };
    }),
    route(contract.listComplianceReports, async ({ query, caller: { workspaceId } }) =>
      complianceReports.list(workspaceId, {
        ...query,
        scope: { operation: contract.listComplianceReports.id, workspaceId },
      }),
    ),
    route(contract.getComplianceReport, async ({ path, caller }) => {
      const found = await complianceReports.get(caller.workspaceId, path.complianceReportId);
      return { ...found, links: found.status === 'ready' ? await linksTo(auditFiles, found) : null };
    }),
  ];
};

/** Links of all formats, signed together so that they expire together. */
const linksTo = async (auditFiles: Deps['auditFiles'], report: ComplianceReport) => {
  const [json, csv, html] = await Promise.all([
    auditFiles.link(fileKeyOf(report, 'json')),
    auditFiles.link(fileKeyOf(report, 'csv')),
    auditFiles.link(fileKeyOf(report, 'html')),
  ]);
  return { json: json.url, csv: csv.url, html: html.url, expiresAt: json.expiresAt };
};

const futureEnd = (): DomainError =>
  new DomainError('invalid', 'invalid_body', 'The period ends in the future. Choose an earlier `to`.', {
    fields: [{ path: 'body.to', code: 'in_the_future', message: 'must not be in the future' }],
  });
