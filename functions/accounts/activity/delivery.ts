import * as z from 'zod';
import type { ActivityKind } from '../domain/activity.ts';
import { XId } from '../domain/x-id.ts';
import { reader } from '../x/reader.ts';

/* What X delivers to the webhook (docs.x.com, "X Activity API", "Webhooks"). */

/** A delivery: the event, the user it concerns, and its type. */
const Envelope = z.object({
  data: z.object({
    // Can start with a minus sign.
    event_uuid: z.string().regex(/^[\w-]{1,64}$/),
    event_type: z.string().max(100),
    filter: z.object({ user_id: XId.optional() }).default({}),
    payload: z.unknown(),
  }),
});

export const readDelivery = reader(
  Envelope.transform(({ data }) => ({
    eventUuid: data.event_uuid,
    eventType: data.event_type,
    userId: data.filter.user_id,
    payload: data.payload,
  })),
);
export type XDelivery = NonNullable<ReturnType<typeof readDelivery>>;

export const readRevocation = reader(
  z
    .object({ user_id: XId, date_time: z.coerce.date() })
    .transform(({ user_id, date_time }) => ({ xUserId: user_id, revokedAt: date_time })),
);

const References = z.array(z.object({ type: z.string(), id: XId })).optional();

/** Reads the ids of a post. X names referenced posts in one of two dialects. */
export const readPostIds = reader(
  z
    .object({
      id: XId,
      author_id: XId,
      conversation_id: XId.optional(),
      in_reply_to_tweet_id: XId.optional(),
      in_reply_to_post_id: XId.optional(),
      referenced_tweets: References,
      referenced_posts: References,
    })
    .transform((post) => ({
      xPostId: post.id,
      xAuthorId: post.author_id,
      conversationId: post.conversation_id ?? null,
      refersTo: [
        ...[post.in_reply_to_tweet_id, post.in_reply_to_post_id].filter((id) => id !== undefined),
        ...[...(post.referenced_tweets ?? []), ...(post.referenced_posts ?? [])].map(({ id }) => id),
      ],
    })),
);

/** Maps X's types of post events to our kinds. */
export const kindOf: Readonly<Record<string, ActivityKind>> = {
  'post.delete': 'post_deleted',
  'post.mention.create': 'mention',
  'post.reply.create': 'reply',
  'post.quote.create': 'quote',
  'post.repost.create': 'repost',
};
