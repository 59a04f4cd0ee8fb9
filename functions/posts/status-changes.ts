import * as events from '#events/posts.ts';
import { type DomainEvent, type EventDefinition, tell } from '#shared/events/event.ts';
import { formatOf } from './domain/format.ts';
import { billedFor, type Post } from './domain/post.ts';

/** The events of a post's new status, which publishing, scheduling and writing can all bring about. */
export const statusEvents = (before: Post | undefined, post: Post): DomainEvent[] => {
  if (!before || post.status === before.status) return [];
  const { accountId, campaignId, publication, problem } = post;
  const billed = { accountId, campaignId, costMicros: publication ? billedFor(publication) : 0 };
  // A failed deletion on X restores the previous status, whose event was already published.
  const wasOut = before.status === 'unpublishing';
  switch (post.status) {
    case 'published':
      return publication && !wasOut ? [say(events.PostPublished, post, { ...billed, ...published(post) })] : [];
    case 'failed':
      return wasOut ? [] : [say(events.PostFailed, post, { ...billed, ...problem })];
    case 'held':
      return [say(events.PostHeld, post, { ...billed, ...problem })];
    case 'missed':
      return [say(events.PostMissed, post, { ...billed, ...problem })];
    case 'cancelled':
      return [say(events.PostCancelled, post, billed)];
    case 'deleted':
      return [say(events.PostDeleted, post, billed)];
    default:
      return [];
  }
};

const published = (post: Post) => ({
  xPostIds: post.publication?.parts.map(({ xPostId }) => xPostId),
  dueAt: post.publication?.dueAt,
  publishedAt: post.publication?.publishedAt,
  format: formatOf(post),
});

const say = (definition: EventDefinition, post: Post, data: object): DomainEvent =>
  tell(definition, post, post.id, data);
