import * as z from 'zod';
import type { ActivityKind } from '../domain/activity.ts';
import type { Standing } from '../domain/activity-plan.ts';
import type { XWebhook } from './activity-port.ts';

/* X's words of its webhooks and Activity API (docs.x.com, "Webhooks", "X Activity API"). */

const Id = z.string().regex(/^\d{1,19}$/);

const reader =
  <Schema extends z.ZodType>(schema: Schema) =>
  (body: unknown): z.infer<Schema> | undefined =>
    schema.safeParse(body).data;

const Webhook = z
  .object({ id: Id, url: z.string(), valid: z.boolean() })
  .transform(({ id, url, valid }): XWebhook => ({ id, url, isValid: valid }));

export const readWebhooks = reader(z.object({ data: z.array(Webhook).default([]) }).transform(({ data }) => data));

/** The reply to a creation has the webhook in `data` or at its top. */
export const readWebhook = reader(z.union([z.object({ data: Webhook }).transform(({ data }) => data), Webhook]));

const Subscription = z
  .object({
    subscription_id: z.string().min(1),
    event_type: z.string(),
    filter: z.object({ user_id: z.string().optional() }).default({}),
    webhook_id: z.string().nullable().default(null),
  })
  .transform(({ subscription_id, event_type, filter, webhook_id }): Standing => ({
    id: subscription_id,
    eventType: event_type,
    userId: filter.user_id ?? null,
    webhookId: webhook_id,
  }));

/** A list that is not whole is no answer: what it lacks would be subscribed again. */
export const readSubscriptions = reader(
  z
    .object({ data: z.array(Subscription).default([]), meta: z.object({ total_subscriptions: z.int() }) })
    .refine(({ data, meta }) => data.length === meta.total_subscriptions)
    .transform(({ data }) => data),
);

/** The reply to a creation has the new subscription, in a list or alone. */
export const readSubscribed = reader(
  z
    .object({ data: z.union([z.array(Subscription).min(1), Subscription.transform((one) => [one])]) })
    .transform(({ data }) => data.at(-1))
    .pipe(z.custom<Standing>((value) => value !== undefined)),
);

/** A delivery: what happened, to whom, and of which kind. */
const Envelope = z.object({
  data: z.object({
    // May be negative.
    event_uuid: z.string().regex(/^[\w-]{1,64}$/),
    event_type: z.string().max(100),
    filter: z.object({ user_id: Id.optional() }).default({}),
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
    .object({ user_id: Id, date_time: z.coerce.date() })
    .transform(({ user_id, date_time }) => ({ xUserId: user_id, revokedAt: date_time })),
);

const References = z.array(z.object({ type: z.string(), id: Id })).optional();

/** The ids of a post. X names the post it refers to in one of two dialects. */
export const readPostIds = reader(
  z
    .object({
      id: Id,
      author_id: Id,
      conversation_id: Id.optional(),
      in_reply_to_tweet_id: Id.optional(),
      in_reply_to_post_id: Id.optional(),
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

/** X's kinds of events about posts, in our words. */
export const kindOf: Readonly<Record<string, ActivityKind>> = {
  'post.delete': 'post_deleted',
  'post.mention.create': 'mention',
  'post.reply.create': 'reply',
  'post.quote.create': 'quote',
  'post.repost.create': 'repost',
};

/** A minute as X writes it, such as `202611292015` (UTC). */
export const minuteOf = (at: Date): string => at.toISOString().replaceAll(/\D/g, '').slice(0, 12);
