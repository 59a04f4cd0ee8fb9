import * as events from '#events/analytics.ts';
import { Actor } from '#shared/actor.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { versionAt } from '../domain/version-at.ts';
import { batchOf } from '../store/readings.ts';

/** A batch of readings is written once, and tells of each post whose counters moved. */
export const readingEvents = (before: Item | undefined, after: Item): DomainEvent[] => {
  if (before) return [];
  const { workspaceId, accountId, measuredAt, readings } = batchOf(after);
  const entity = {
    workspaceId,
    // Readings of a post only grow younger: their time is the version that events are ordered by.
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
