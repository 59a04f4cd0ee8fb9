import { PostMetricsUpdated } from '#events/analytics.ts';
import { systemAuthor } from '#shared/actor.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';
import { experiments } from './lazy-judge.ts';

/** Counts posts of experiments when their metrics arrive. */
export const experimentSubscriptions = (deps: Deps): Subscription[] => [
  on(PostMetricsUpdated, async ({ workspaceId, entityId: postId, correlationId, chain, data }) => {
    const { campaignId, measuredAt, metrics } = data;
    if (campaignId === null) return;
    await experiments.count(
      deps,
      { workspaceId, campaignId, postId, measuredAt, metrics },
      systemAuthor('campaigns', { correlationId, chain }),
    );
  }),
];
