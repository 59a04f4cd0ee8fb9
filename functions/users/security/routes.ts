import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import * as contract from './contract.ts';

/** Routes of security events. */
export const securityRoutes = ({ security, failedSignIns }: Deps): Route[] => [
  route(contract.listSecurityEvents, async ({ query: { limit, cursor }, caller: { workspaceId } }) =>
    security.list(workspaceId, {
      limit,
      cursor,
      scope: { operation: contract.listSecurityEvents.id, workspaceId },
    }),
  ),
  route(contract.listFailedSignIns, async ({ query: { limit, cursor }, caller: { workspaceId } }) => {
    const scope = { operation: contract.listFailedSignIns.id, workspaceId };
    const { items, nextCursor } = await failedSignIns.list(workspaceId, { limit, cursor, scope });
    return { items: items.map(({ addressDigest: _, ...failures }) => failures), nextCursor };
  }),
];
