import { PostMetricsUpdated } from '#events/analytics.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Change } from '#shared/lambda/stream.ts';
import { TrackedPost } from './domain/tracked-post.ts';

/** Events for the other contexts when this context's table is written. */
export const eventsFor = ({ before, after }: Change): DomainEvent[] => {
  if (after?.type !== 'tracked_post') return [];
  const post = entityOf(TrackedPost, after);
  const known = before && entityOf(TrackedPost, before).latest;
  if (!post.latest || post.latest.measuredAt === known?.measuredAt) return [];
  return [tell(PostMetricsUpdated, post, post.id, { campaignId: post.campaignId, ...post.latest })];
};
