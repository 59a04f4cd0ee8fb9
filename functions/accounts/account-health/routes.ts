import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { confirmChecklist } from './automation-checklist.ts';
import * as contract from './contract.ts';
import { probeNow } from './probe.ts';

/** Routes for the health of an account, and for X's requirements for automated accounts. */
export const accountHealthRoutes = (deps: Deps): Route[] => [
  route(contract.probeAccount, async ({ path, caller }) => probeNow(deps, caller.workspaceId, path.accountId, caller)),
  route(contract.confirmAutomation, async ({ path, body, caller }) =>
    confirmChecklist(deps, { ...path, ...caller }, body, caller),
  ),
];
