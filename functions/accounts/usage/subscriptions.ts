import { WorkspaceSettingsChanged } from '#events/users.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import { billingMonthOf } from '#shared/x-prices.ts';
import type { Deps } from '../deps.ts';

/** Another budget ends, or not, that the one before was used up. */
export const usageSubscriptions = ({
  budgets,
  usage,
  now,
}: Pick<Deps, 'budgets' | 'usage' | 'now'>): Subscription[] => [
  on(WorkspaceSettingsChanged, async ({ workspaceId, entityVersion, data }) => {
    await budgets.learn(workspaceId, entityVersion, data);
    const month = billingMonthOf(now());
    const spent = await usage.find(workspaceId, month);
    if (spent === undefined || spent.exhaustedAt === null) return;
    // The latest word counts, whichever event brings it.
    const budget = await budgets.get(workspaceId);
    const hasRoom = budget === null || budget > spent.spentMicros;
    if (hasRoom) await usage.setExhausted(workspaceId, month, budget, null);
  }),
];
