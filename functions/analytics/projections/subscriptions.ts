import { AccountConnected, AccountMetricsUpdated } from '#events/accounts.ts';
import { CampaignChanged, CampaignCreated, CampaignPlanned } from '#events/campaigns.ts';
import type { EventOf } from '#shared/events/event.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import { dayOf } from '#shared/time.ts';
import type { Deps } from '../deps.ts';

/** Stores what this context needs to know of accounts and campaigns. */
export const projectionSubscriptions = (deps: Deps): Subscription[] => [
  on(AccountMetricsUpdated, async ({ workspaceId, entityId: accountId, data: { measuredAt, metrics } }) => {
    const day = dayOf(new Date(measuredAt));
    const { metricsDays } = await deps.retention.of(workspaceId);
    await deps.accounts.learnDay({ workspaceId, accountId, day, measuredAt, metrics }, metricsDays);
  }),
  on(CampaignCreated, async (event) => learn(deps, event)),
  on(CampaignChanged, async (event) => learn(deps, event)),
  on(CampaignPlanned, async ({ workspaceId, entityId, entityVersion, data: { endsAt } }) =>
    deps.campaigns.learnEnd(workspaceId, entityVersion, entityId, endsAt),
  ),
  on(AccountConnected, async ({ workspaceId, entityId: accountId, entityVersion, data: { username } }) => {
    await deps.accounts.learn(workspaceId, entityVersion, { accountId, username });
  }),
];

const learn = async (
  { campaigns }: Deps,
  { workspaceId, entityId, entityVersion, data }: EventOf<typeof CampaignCreated>,
): Promise<void> => {
  const { name, goals, budgetMicros, maturityHours } = data;
  const campaign = { campaignId: entityId, name, goals, budgetMicros, maturityHours };
  await campaigns.learn(workspaceId, entityVersion, campaign);
};
