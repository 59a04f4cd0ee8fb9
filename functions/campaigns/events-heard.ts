import { PostMetricsUpdated } from '#events/analytics.ts';
import {
  PostCancelled,
  PostCreated,
  PostDeleted,
  PostFailed,
  PostHeld,
  PostMissed,
  PostPublished,
  PostScheduled,
  PostUpdated,
  QueueChanged,
  TemplateChanged,
} from '#events/posts.ts';
import { publicEvents } from '#events/public-events.ts';
import { standingEvents } from '#events/standing.ts';
import type { EventDefinition } from '#shared/events/event.ts';

/**
 * Events that this context subscribes to: those that it needs, and all that can trigger automations, including its own.
 */
export const listensTo: readonly EventDefinition[] = [
  ...new Set<EventDefinition>([
    PostCreated,
    PostScheduled,
    PostPublished,
    PostFailed,
    PostHeld,
    PostMissed,
    PostCancelled,
    PostDeleted,
    PostUpdated,
    PostMetricsUpdated,
    QueueChanged,
    TemplateChanged,
    ...standingEvents,
    ...publicEvents,
  ]),
];
