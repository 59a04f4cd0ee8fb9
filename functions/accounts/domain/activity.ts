import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { AccountId, PostId } from '#shared/ids.ts';
import { personal } from '#shared/privacy/personal-data.ts';
import { daySeconds } from '#shared/time.ts';

/** What somebody did on X that concerns an account, or one of its posts. */
export const ActivityKind = z.enum(['mention', 'reply', 'quote', 'repost', 'post_deleted']);
export type ActivityKind = z.infer<typeof ActivityKind>;

const ofStrangers = {
  why: 'to tell automations who mentioned, answered, quoted or reposted the account',
  keptFor: '24 hours',
};

/**
 * One thing that X told of an account, as ids alone: what is written there is X's and its author's. It is forgotten after
 * 24 hours, so that what its author deletes on X is not known here longer than X allows (Developer Policy).
 */
export const Activity = z.object({
  ...entityFields,
  kind: ActivityKind,
  accountId: AccountId,
  /** The post on X: that of the other person, or the own one that was deleted. */
  xPostId: personal(z.string(), { ...ofStrangers, hasCommonName: true }),
  xAuthorId: personal(z.string(), ofStrangers),
  conversationId: z.string().nullable(),
  /** The post of the workspace that it is about; null: none that the platform has published. */
  postId: PostId.nullable(),
});
export type Activity = z.infer<typeof Activity>;

/** How long it is kept, in seconds. */
export const keptSeconds = daySeconds;

/** How long a delivery is known as a repeated one, in seconds: X retries for hours and replays a day. */
export const heardSeconds = 7 * daySeconds;

/** How much of what happens on X an account is told. */
export const Coverage = z.enum(['covered', 'partly', 'not_covered']).meta({
  description:
    'What X reports about the account in real time. `covered`: deleted posts, mentions, replies, quotes and ' +
    'reposts; `partly`: some of them; `not_covered`: none, because the account is protected, all subscriptions of the ' +
    'platform at X are in use, or it has no webhook there',
});
export type Coverage = z.infer<typeof Coverage>;

/** The webhook of the stage at X. */
export const WebhookState = z.object({
  webhookId: z.string(),
  /** When X was last seen to deliver to it (UTC). */
  validAt: z.string(),
  /** Since when deliveries are missing that X has not been asked to repeat (UTC); null: none are. */
  missedSince: z.string().nullable(),
});
export type WebhookState = z.infer<typeof WebhookState>;
