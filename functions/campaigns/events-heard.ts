import {
  PostCancelled,
  PostCreated,
  PostDeleted,
  PostFailed,
  PostHeld,
  PostMissed,
  PostPublished,
  PostScheduled,
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
  ...standingEvents,
] as const;
