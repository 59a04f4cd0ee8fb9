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
import { standingEvents } from '#events/standing.ts';

/** Events of others that this context follows. */
export const listensTo = [
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
] as const;
