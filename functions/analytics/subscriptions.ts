import { CampaignCreated } from '#events/campaigns.ts';
import { PostPublished } from '#events/posts.ts';
import { systemAuthor } from '#shared/actor.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from './deps.ts';

/** What analytics does when an event arrives. */
export const subscriptions = ({ posts, campaigns }: Deps): Subscription[] => [
  // A post is published once, and a campaign created once: a repeated event changes nothing.
  on(PostPublished, async ({ workspaceId, entityId: id, correlationId, data }) => {
    const { accountId, campaignId, xPostIds } = data;
    const publishedAt = new Date(data.publishedAt).toISOString();
    const post = {
      id,
      workspaceId,
      accountId,
      campaignId,
      xPostIds,
      publishedAt,
      nextSweepAt: publishedAt,
      latest: null,
    };
    await posts.track(post, systemAuthor('analytics', correlationId));
  }),
  on(CampaignCreated, async ({ workspaceId, entityId }) => campaigns.learn(workspaceId, entityId)),
];
