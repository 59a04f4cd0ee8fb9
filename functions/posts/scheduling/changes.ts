import * as events from '#events/posts.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Post } from '../domain/post.ts';

/** The event of a new time at which a post is to be published. */
export const scheduleEvents = (before: Post | undefined, post: Post): DomainEvent[] => {
  const { accountId, campaignId, scheduleVersion, nextAttemptAt: publishAt } = post;
  return scheduleVersion !== (before?.scheduleVersion ?? 0) && publishAt !== null
    ? [tell(events.PostScheduled, post, post.id, { accountId, campaignId, publishAt, scheduleVersion })]
    : [];
};
