import { route, type Route } from '../../../shared/http/route.ts';
import * as contract from '../contract/audit.ts';
import type { Deps } from '../deps.ts';

/** What happened in a workspace. */
export const auditRoutes = ({ audit }: Deps): Route[] => [
  route(contract.listAuditEvents, async ({ query: { limit, cursor, ...filter }, caller }) =>
    audit.list(caller.workspaceId, filter, {
      limit,
      cursor,
      scope: { operation: contract.listAuditEvents.id, workspaceId: caller.workspaceId, ...filter },
    }),
  ),
];
