import type { Table } from '../../shared/dynamo.ts';
import { healthRoutes, reachTable } from '../../shared/http/health.ts';
import { route, type Route } from '../../shared/http/route.ts';
import { completeConnection, disconnectAccount, startConnection } from './connecting.ts';
import * as contract from './contract.ts';
import type { Deps } from './deps.ts';

/** The HTTP operations of accounts. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): Route[] => [
  route(contract.startConnection, async ({ caller }) => startConnection(deps, caller)),
  route(contract.completeConnection, async ({ body, caller }) => completeConnection(deps, caller, body, caller)),
  route(contract.listAccounts, async ({ query: { limit, cursor }, caller }) =>
    deps.accounts.list(caller.workspaceId, {
      limit,
      cursor,
      scope: { operation: contract.listAccounts.id, workspaceId: caller.workspaceId },
    }),
  ),
  route(contract.getAccount, async ({ path, caller }) => deps.accounts.get(caller.workspaceId, path.accountId)),
  route(contract.disconnectAccount, async ({ path, caller }) => {
    await disconnectAccount(deps, caller.workspaceId, path.accountId, caller);
    return undefined;
  }),
  ...healthRoutes(contract.health, 'accounts', reachTable(table)),
];
