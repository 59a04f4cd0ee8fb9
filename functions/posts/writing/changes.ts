import * as events from '#events/posts.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Post } from '../domain/post.ts';

/** The events of a new post, or of new content. */
export const contentEvents = (before: Post | undefined, post: Post): DomainEvent[] => {
  const { accountId } = post;
  if (!before) return [tell(events.PostCreated, post, post.id, { accountId })];
  return post.contentVersion === before.contentVersion ? [] : [tell(events.PostUpdated, post, post.id, { accountId })];
};
