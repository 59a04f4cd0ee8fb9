import type { Table } from '#shared/dynamo.ts';
import { healthRoutes, reachTable } from '#shared/http/health.ts';
import { route, type Route } from '#shared/http/route.ts';
import { confirmChecklist } from './health/automation-checklist.ts';
import * as contract from './contract.ts';
import type { Deps } from './deps.ts';
import type { Usage } from './domain/usage.ts';
import { billingMonthOf } from '#shared/x-prices.ts';
import { notFound } from '#shared/errors.ts';

/** Loaded when somebody connects an account: most requests do without it. */
const connecting = () => import('./connections/connect.ts');

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
    (await import('./health/probe.ts')).probeNow(deps, caller.workspaceId, path.accountId, caller),
  ),
  route(contract.confirmAutomation, async ({ path, body, caller }) =>
    confirmChecklist(deps, { ...path, ...caller }, body, caller),
  ),
  route(contract.disconnectAccount, async ({ path, caller }) => {
    await (await connecting()).disconnectAccount(deps, caller.workspaceId, path.accountId, caller);
    return undefined;
  }),
  route(contract.getUsage, async ({ query, caller }) => {
    const month = query.month ?? billingMonthOf(deps.now());
    const [usage, budgetMicros] = await Promise.all([
      deps.usage.find(caller.workspaceId, month),
      deps.budgets.get(caller.workspaceId),
    ]);
    return usageView(month, usage, budgetMicros);
  }),
  route(contract.getPostUsage, async ({ path: { postId }, caller }) => {
    const charges = await deps.usage.ofPost(caller.workspaceId, postId);
    if (charges.length === 0) throw notFound('billed post');
    return { postId, charges, micros: charges.reduce((sum, { micros }) => sum + micros, 0) };
  }),
  ...healthRoutes(contract.health, 'accounts', reachTable(table)),
];

/** A month as the API shows it; one without any cost is all zeros. */
const usageView = (month: string, usage: Usage | undefined, budgetMicros: number | null) => {
  const { spentMicros = 0, exhaustedAt = null, kinds = {}, accounts = {}, campaigns = {} } = usage ?? {};
  return {
    month,
    spentMicros,
    budgetMicros,
    remainingMicros: budgetMicros === null ? null : Math.max(0, budgetMicros - spentMicros),
    isExhausted: exhaustedAt !== null,
    kinds: Object.entries(kinds).map(([kind, line]) => ({ kind, ...line })),
    accounts: Object.entries(accounts).map(([accountId, micros]) => ({ accountId, micros })),
    campaigns: Object.entries(campaigns).map(([campaignId, micros]) => ({ campaignId, micros })),
  };
};
