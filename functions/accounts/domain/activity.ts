import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { AccountId, PostId } from '#shared/ids.ts';
import { personal } from '#shared/privacy/personal-data.ts';
import { daySeconds } from '#shared/time.ts';

/** What someone did on X that concerns an account or one of its posts. */
export const ActivityKind = z.enum(['mention', 'reply', 'quote', 'repost', 'post_deleted']);
export type ActivityKind = z.infer<typeof ActivityKind>;

const ofStrangers = {
  why: 'to tell automations who mentioned the account, or replied to, quoted or reposted its posts',
  keptFor: '24 hours',
};

/**
 * An activity that X reported for an account, as ids only, since the content belongs to X and its author. It expires
 * after 24 hours, so that content deleted on X is not known here longer than X allows (Developer Policy).
 */
export const Activity = z.object({
  ...entityFields,
  kind: ActivityKind,
  accountId: AccountId,
  /** The X post: the other person's, or our own that was deleted. */
  xPostId: personal(z.string(), { ...ofStrangers, hasCommonName: true }),
  xAuthorId: personal(z.string(), ofStrangers),
  conversationId: z.string().nullable(),
  /** The workspace's post that it refers to; null: none that the platform published. */
  postId: PostId.nullable(),
});
export type Activity = z.infer<typeof Activity>;

/** How long an activity is stored, in seconds. */
export const keptSeconds = daySeconds;

/** How long repeated deliveries are recognised, in seconds; X retries for hours and replays a day. */
export const heardSeconds = 7 * daySeconds;

/** How much of an account's activity X reports. */
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
  /** When X was last known to deliver to it (UTC). */
  validAt: z.string(),
  /** Start of the gap in deliveries that X has not yet been asked to replay (UTC); null: no gap. */
  missedSince: z.string().nullable(),
});
export type WebhookState = z.infer<typeof WebhookState>;
