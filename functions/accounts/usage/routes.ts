import { notFound } from '#shared/errors.ts';
import { type Route, route } from '#shared/http/route.ts';
import { billingMonthOf } from '#shared/x-prices.ts';
import type { Deps } from '../deps.ts';
import type { Usage } from '../domain/usage.ts';
import * as contract from './contract.ts';

/** Routes for the costs of X. */
export const usageRoutes = (deps: Deps): Route[] => [
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
    if (charges.length === 0)
      throw notFound('billed post', 'Nothing has been charged for this post, or it is not in this workspace.');
    return { postId, charges, micros: charges.reduce((sum, { micros }) => sum + micros, 0) };
  }),
];

/** Returns a month in the form of the API; all zeros when nothing was charged. */
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
