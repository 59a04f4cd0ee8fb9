import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import * as connect from './connect.ts';
import * as contract from './contract.ts';

/** Routes to connect X accounts, list and disconnect them. */
export const connectionRoutes = (deps: Deps): Route[] => [
  route(contract.startConnection, async ({ caller }) => connect.startConnection(deps, caller)),
  route(contract.completeConnection, async ({ body, caller }) =>
    connect.completeConnection(deps, caller, body, caller),
  ),
  route(contract.listAccounts, async ({ query: { limit, cursor }, caller }) =>
    deps.accounts.list(caller.workspaceId, {
      limit,
      cursor,
      scope: { operation: contract.listAccounts.id, workspaceId: caller.workspaceId },
    }),
  ),
  route(contract.getAccount, async ({ path, caller }) => deps.accounts.get(caller.workspaceId, path.accountId)),
  route(contract.disconnectAccount, async ({ path, caller }) => {
    await connect.disconnectAccount(deps, caller.workspaceId, path.accountId, caller);
    return undefined;
  }),
];
