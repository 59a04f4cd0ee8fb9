import { AccountCapabilitiesChanged, AccountConnected, AccountDisconnected } from '#events/accounts.ts';
import {
  CampaignCancelled,
  CampaignChanged,
  CampaignCreated,
  CampaignLaunched,
  CampaignSlotClaimed,
  CampaignSlotDropped,
} from '#events/campaigns.ts';
import { WorkspaceSettingsChanged } from '#events/users.ts';
import type { EventOf } from '#shared/events/event.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';

/**
 * Stores which accounts and campaigns there are, what is known of them, and the workspace's settings. Releasing,
 * planning and cancelling posts depend on it, so it runs before them.
 */
export const projectionSubscriptions = (deps: Deps): Subscription[] => {
  const { accounts, campaigns, settings } = deps;
  return [
    on(AccountConnected, async (event) => learnAccount(deps, event)),
    on(AccountCapabilitiesChanged, async (event) => learnAccount(deps, event)),
    on(AccountDisconnected, async ({ workspaceId, entityId, entityVersion }) =>
      accounts.forget(workspaceId, entityVersion, entityId),
    ),
    on(CampaignCreated, async (event) => learnCampaign(deps, event)),
    on(CampaignChanged, async (event) => learnCampaign(deps, event)),
    // A campaign takes its posts one by one while it is being launched.
    on(CampaignSlotClaimed, async ({ workspaceId, data: { campaignId, slotId, postId } }) =>
      campaigns.learnSlot(workspaceId, { campaignId, slotId, postId }),
    ),
    on(CampaignSlotDropped, async ({ workspaceId, data }) =>
      campaigns.forgetSlot(workspaceId, data.postId, data.slotId),
    ),
    // From now on each of its posts is published without further action, even one that is planned only in weeks.
    on(CampaignLaunched, async ({ workspaceId, entityId }) => campaigns.learnLaunch(workspaceId, entityId)),
    // Stored before its posts are looked up: a slot that arrives meanwhile checks this after it has planned its post.
    on(CampaignCancelled, async ({ workspaceId, entityId, entityVersion, occurredAt }) => {
      const utm = (await campaigns.find(workspaceId, entityId))?.utm ?? null;
      const cancelled = { campaignId: entityId, utm, isCancelled: true, cancelledAt: occurredAt };
      await campaigns.learn(workspaceId, entityVersion, cancelled);
    }),
    on(WorkspaceSettingsChanged, async ({ workspaceId, entityVersion, data }) =>
      settings.learn(workspaceId, entityVersion, data),
    ),
  ];
};

const learnAccount = (
  { accounts }: Deps,
  { workspaceId, entityId, entityVersion, data }: EventOf<typeof AccountCapabilitiesChanged>,
): Promise<void> =>
  accounts.learn(workspaceId, entityVersion, {
    accountId: entityId,
    isConnected: true,
    maxWeightedLength: data.capabilities.maxWeightedLength,
  });

const learnCampaign = (
  { campaigns }: Deps,
  { workspaceId, entityId, entityVersion, data }: EventOf<typeof CampaignCreated>,
): Promise<void> => campaigns.learn(workspaceId, entityVersion, { campaignId: entityId, utm: data.utm });
