import * as events from '#events/posts.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import type { Post } from '../domain/post.ts';
import { Repost } from '../domain/repost.ts';
import { partsToUnpublish } from '../domain/unpublish.ts';

/** The events of a write to a repost. */
export const repostEvents = (after: Item): DomainEvent[] => ofRepost(entityOf(Repost, after));

/** Each write of a repost is a new status. */
const ofRepost = (repost: Repost): DomainEvent[] => {
  const { id, accountId, postId, xPostId, status, problem } = repost;
  const of = { accountId, postId, xPostId };
  if (status === 'requested') return [tell(events.RepostRequested, repost, id, of)];
  if (status === 'done') return [tell(events.RepostDone, repost, id, of)];
  const { code, reason } = problem ?? { code: 'fault', reason: '' };
  return [tell(events.RepostFailed, repost, id, { ...of, code, reason })];
};

/** The events of a published post that is to be deleted on X, or was. */
export const unpublishEvents = (before: Post | undefined, post: Post): DomainEvent[] => {
  const { accountId, campaignId } = post;
  const of = { accountId, campaignId };
  return [
    ...(before && post.status !== before.status && post.status === 'unpublished'
      ? [tell(events.PostUnpublished, post, post.id, of)]
      : []),
    // A repeated request during the deletion runs it again.
    ...(post.status === 'unpublishing'
      ? [tell(events.PostUnpublishRequested, post, post.id, { ...of, xPostIds: partsToUnpublish(post) })]
      : []),
  ];
};
