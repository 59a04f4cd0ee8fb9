import type { AccountQuestion, CampaignAccounts } from '#events/campaign-content.ts';
import { billingMonthOf } from '#shared/x-prices.ts';
import type { Deps } from '../deps.ts';

/**
 * Returns what a launch check needs to know about accounts, budget and the app's posts, from stored data without asking
 * X.
 */
export const describeForCampaign = async (
  { accounts, budgets, usage, app, appPostsPerDay, now }: Deps,
  { workspaceId, accountIds }: AccountQuestion,
): Promise<CampaignAccounts> => {
  const month = billingMonthOf(now());
  const [found, monthlyMicros, used, { day, postsToday }] = await Promise.all([
    accounts.findAll(workspaceId, accountIds),
    budgets.get(workspaceId),
    usage.find(workspaceId, month),
    app.read(),
  ]);
  const known = new Set(found.map(({ id }) => id));
  return {
    accounts: found.map(({ id: accountId, health, capabilities, automation }) => ({
      accountId,
      health,
      maxWeightedLength: capabilities.maxWeightedLength,
      isAutomationConfirmed: automation !== null,
    })),
    unknown: [...new Set(accountIds)].filter((id) => !known.has(id)),
    budget: { monthlyMicros, usedMicros: { [month]: used?.spentMicros ?? 0 } },
    appPosts: { [day]: postsToday },
    appPostsPerDay,
  };
};
