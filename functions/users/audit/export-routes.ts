import { firstVersion } from '#shared/entities.ts';
import { type Route, route } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import type { Deps } from '../deps.ts';
import { type AuditExport, fileKeyOf } from '../domain/audit-export.ts';
import { perDay } from '../domain/daily-limit.ts';
import * as contract from './export-contract.ts';

/** Routes of audit exports. Creating one starts the workflow that writes its file. */
export const auditExportRoutes = (deps: Deps): Route[] => {
  const { auditExports, auditFiles, dailyLimits, now } = deps;
  return [
    route(contract.exportAuditEvents, async ({ body, caller }) => {
      const { workspaceId } = caller;
      await dailyLimits.count(workspaceId, 'audit_export', perDay.auditExport, caller.people);
      const requestedBy = caller.actor.type === 'person' ? caller.personId : null;
      const begun = { status: 'requested' as const, events: 0 };
      const wanted = { id: newId('exp', now()), workspaceId, ...body, ...begun, requestedBy };
      const saved = await auditExports.save(
        firstVersion<Pick<AuditExport, keyof typeof wanted>>(wanted, now(), caller),
        caller,
      );
      return { ...saved, link: null };
    }),
    route(contract.getAuditExport, async ({ path, caller }) => {
      const found = await auditExports.get(caller.workspaceId, path.exportId);
      return { ...found, link: found.status === 'ready' ? await auditFiles.link(fileKeyOf(found)) : null };
    }),
  ];
};
