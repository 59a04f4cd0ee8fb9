import { AccountConnected, AccountDisconnected } from '../../events/accounts.ts';
import { CampaignCancelled, CampaignSlotPlanned } from '../../events/campaigns.ts';
import { WorkspaceSettingsChanged } from '../../events/users.ts';
import { systemAuthor } from '../../shared/actor.ts';
import { DomainError } from '../../shared/errors.ts';
import { on, type Subscription } from '../../shared/events/subscription.ts';
import type { Deps } from './deps.ts';
import { cancel, plan } from './domain/post.ts';

/** What posts do when others tell something. */
export const subscriptions = ({ posts, accounts, settings, now }: Deps): Subscription[] => [
  on(AccountConnected, async ({ workspaceId, entityId, entityVersion, data }) =>
    accounts.learn(workspaceId, entityVersion, {
      accountId: entityId,
      isConnected: true,
      maxWeightedLength: data.capabilities.maxWeightedLength,
    }),
  ),
  on(AccountDisconnected, async ({ workspaceId, entityId, entityVersion }) =>
    accounts.forget(workspaceId, entityVersion, entityId),
  ),
  on(WorkspaceSettingsChanged, async ({ workspaceId, entityVersion, data }) =>
    settings.learn(workspaceId, entityVersion, data),
  ),
  on(CampaignSlotPlanned, async ({ workspaceId, correlationId, data }) => {
    const post = await posts.find(workspaceId, data.postId);
    const planned = post && plan(post, data, now());
    if (planned) await posts.save(planned, systemAuthor('campaigns', correlationId));
  }),
  on(CampaignCancelled, async ({ workspaceId, entityId, correlationId }) => {
    for (const post of await posts.ofCampaign(workspaceId, entityId)) {
      try {
        await posts.save(cancel(post), systemAuthor('campaigns', correlationId));
      } catch (error) {
        // On its way or out: the workflow asks campaigns.permit itself. Written meanwhile: the event comes again.
        if (!(error instanceof DomainError && error.code.startsWith('post_'))) throw error;
      }
    }
  }),
];
