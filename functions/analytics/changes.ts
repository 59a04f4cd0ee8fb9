import { PostMetricsUpdated } from '#events/analytics.ts';
import { Actor } from '#shared/actor.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Change } from '#shared/lambda/stream.ts';
import { batchOf } from './store/readings.ts';

/**
 * Events for the other contexts when this context's table is written. A batch of readings is written once, and tells of
 * each post whose counters moved.
 */
export const eventsFor = ({ before, after }: Change): DomainEvent[] => {
  if (after?.type !== 'readings' || before) return [];
  const { workspaceId, measuredAt, readings } = batchOf(after);
  const entity = {
    workspaceId,
    // Readings of a post only grow younger: their time is the version that events are ordered by.
    version: Math.floor(Date.parse(measuredAt) / 1000),
    createdAt: measuredAt,
    updatedAt: measuredAt,
    changedBy: Actor.parse(after.changedBy),
    correlationId: String(after.correlationId),
  };
  return readings.flatMap(({ postId, campaignId, metrics, isTold }) =>
    isTold && metrics ? [tell(PostMetricsUpdated, entity, postId, { campaignId, measuredAt, metrics })] : [],
  );
};
