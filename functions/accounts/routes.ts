import type { Table } from '../../shared/dynamo.ts';
import { healthRoutes, reachTable } from '../../shared/http/health.ts';
import { route, type Route } from '../../shared/http/route.ts';
import { confirmChecklist } from './automation-checklist.ts';
import * as contract from './contract.ts';
import type { Deps } from './deps.ts';

/** Loaded when somebody connects an account: most requests do without it. */
const connecting = () => import('./connecting.ts');

/** The HTTP operations of accounts. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): Route[] => [
  route(contract.startConnection, async ({ caller }) => (await connecting()).startConnection(deps, caller)),
  route(contract.completeConnection, async ({ body, caller }) =>
    (await connecting()).completeConnection(deps, caller, body, caller),
  ),
  route(contract.listAccounts, async ({ query: { limit, cursor }, caller }) =>
    deps.accounts.list(caller.workspaceId, {
      limit,
      cursor,
      scope: { operation: contract.listAccounts.id, workspaceId: caller.workspaceId },
    }),
  ),
  route(contract.getAccount, async ({ path, caller }) => deps.accounts.get(caller.workspaceId, path.accountId)),
  route(contract.probeAccount, async ({ path, caller }) =>
    (await import('./probe.ts')).probeNow(deps, caller.workspaceId, path.accountId, caller),
  ),
  route(contract.confirmAutomation, async ({ path, body, caller }) =>
    confirmChecklist(deps, { ...path, ...caller }, body, caller),
  ),
  route(contract.disconnectAccount, async ({ path, caller }) => {
    await (await connecting()).disconnectAccount(deps, caller.workspaceId, path.accountId, caller);
    return undefined;
  }),
  ...healthRoutes(contract.health, 'accounts', reachTable(table)),
];
