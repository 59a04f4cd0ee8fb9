import * as events from '#events/accounts.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import { PostId } from '#shared/ids.ts';
import type { Item } from '#shared/table.ts';
import { Activity } from '../domain/activity.ts';

/** Returns the event for a new activity; later writes publish nothing. */
export const activityEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  before ? [] : [activityEvent(entityOf(Activity, after))];

const byOthers = {
  mention: events.MentionReceived,
  reply: events.ReplyReceived,
  quote: events.QuoteReceived,
  repost: events.RepostReceived,
} as const;

const activityEvent = (activity: Activity): DomainEvent => {
  const { kind, accountId, xPostId, xAuthorId, conversationId, postId } = activity;
  if (kind !== 'post_deleted')
    return tell(byOthers[kind], activity, xPostId, { accountId, xAuthorId, conversationId, postId });
  // Only deletions of published posts are recorded.
  return tell(events.PostTakenDown, activity, xPostId, { accountId, postId: PostId.parse(postId) });
};
