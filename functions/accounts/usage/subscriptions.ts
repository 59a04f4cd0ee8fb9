import { WorkspaceSettingsChanged } from '#events/users.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import { billingMonthOf } from '#shared/x-prices.ts';
import type { Deps } from '../deps.ts';

/** Stores new budgets, and releases held posts when the new one has room. */
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
    // Read back, because a newer event may have been stored before.
    const budget = await budgets.get(workspaceId);
    const hasRoom = budget === null || budget > spent.spentMicros;
    if (hasRoom) await usage.setExhausted(workspaceId, month, budget, null);
  }),
];
