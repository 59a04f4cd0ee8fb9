import * as events from '#events/analytics.ts';
import { Actor } from '#shared/actor.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { versionAt } from '../domain/version-at.ts';
import { batchOf } from '../store/readings.ts';

/** Returns the events for a batch of readings, which is written once: one for each post with `isTold`. */
export const readingEvents = (before: Item | undefined, after: Item): DomainEvent[] => {
  if (before) return [];
  const { workspaceId, accountId, measuredAt, readings } = batchOf(after);
  const entity = {
    workspaceId,
    // Each reading of a post is later than the one before, so its time serves as the version that orders events.
    version: versionAt(measuredAt),
    createdAt: measuredAt,
    updatedAt: measuredAt,
    changedBy: Actor.parse(after.changedBy),
    correlationId: String(after.correlationId),
  };
  return readings.flatMap(({ postId, campaignId, metrics, isTold, chain }) =>
    isTold && metrics
      ? [tell(events.PostMetricsUpdated, { ...entity, chain }, postId, { accountId, campaignId, measuredAt, metrics })]
      : [],
  );
};
