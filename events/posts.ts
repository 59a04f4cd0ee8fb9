import * as z from 'zod';
import { defineEvent } from '#shared/events/event.ts';
import { AccountId, CampaignId, PersonId, PostId } from '#shared/ids.ts';
import { Instant, TimeZone } from '#shared/time.ts';
import { PostFormat } from './post-format.ts';
import { reasonCodes } from './reason-codes.ts';

const ofCampaign = CampaignId.nullable().meta({ description: 'Campaign that the post belongs to; null: none' });

const Billed = {
  costMicros: z.int().min(0).default(0).meta({
    description:
      'X API cost of the post so far, in micro-dollars (millionths of a US dollar), without alt texts and subtitles',
  }),
};

/** The policy rules for posts. A rule that is no longer applied stays listed: codes in published events name it. */
export const PolicyRule = z.enum([
  'repeated_on_account',
  'nearly_repeated_on_account',
  'duplicated_across_accounts',
  'unlisted_mention',
  'link_in_post',
  'undisclosed_promotion',
  'unlabelled_ai_media',
  'pay_to_engage',
  'hidden_link_target',
]);
export type PolicyRule = z.infer<typeof PolicyRule>;

/** Returns the reason code of a post that a rule holds, such as `policy_pay_to_engage`. */
export const policyCodeOf = (rule: PolicyRule) => `policy_${rule}` as const;

const policyCodes: ReadonlySet<string> = new Set(PolicyRule.options.map(policyCodeOf));

/** Whether a reason code says that a policy rule holds a post. */
export const isPolicyCode = (code: string): boolean => policyCodes.has(code);

export const PostCreated = defineEvent('posts', 'post.created', 1, 'A post was created.', () =>
  z.object({ accountId: AccountId }),
);

export const PostUpdated = defineEvent('posts', 'post.updated', 1, 'The content or account of a post changed.', () =>
  z.object({ accountId: AccountId }),
);

export const PostScheduled = defineEvent(
  'posts',
  'post.scheduled',
  1,
  'A post was scheduled, or rescheduled for another attempt.',
  () =>
    z.object({
      accountId: AccountId,
      campaignId: ofCampaign,
      publishAt: Instant,
      scheduleVersion: z
        .int()
        .min(1)
        .meta({ description: 'Counts how often the post was scheduled; an event with a lower number is outdated' }),
    }),
);

export const PostPublished = defineEvent('posts', 'post.published', 1, 'Every part of a post was published on X.', () =>
  z.object({
    ...Billed,
    accountId: AccountId,
    campaignId: ofCampaign,
    xPostIds: z.array(z.string()).min(1).meta({ description: 'Post ids on X, in the order of the thread' }),
    dueAt: Instant,
    publishedAt: Instant,
    format: PostFormat.nullable().default(null).meta({ description: 'Format of the post; null: not recorded' }),
  }),
);

const reasonOf = (codes: string) => ({
  code: z.string().meta({ description: `Machine-readable reason: ${codes}; more may be added` }),
  reason: z.string().meta({ description: 'Explanation in plain words, for users' }),
});

export const PostFailed = defineEvent(
  'posts',
  'post.failed',
  1,
  'A post failed for good: X does not accept it as it is.',
  () => z.object({ ...Billed, accountId: AccountId, campaignId: ofCampaign, ...reasonOf(reasonCodes.failed) }),
);

export const PostHeld = defineEvent(
  'posts',
  'post.held',
  1,
  'A post is on hold: it came due but cannot be published for now, or it was changed after the launch of its campaign.',
  () => z.object({ ...Billed, accountId: AccountId, campaignId: ofCampaign, ...reasonOf(reasonCodes.held) }),
);

export const PostCancelled = defineEvent('posts', 'post.cancelled', 1, 'A scheduled or held post was cancelled.', () =>
  z.object({ ...Billed, accountId: AccountId, campaignId: ofCampaign }),
);

export const PostDeleted = defineEvent(
  'posts',
  'post.deleted',
  1,
  'A post was deleted from the platform; what is on X stays there.',
  () => z.object({ ...Billed, accountId: AccountId, campaignId: ofCampaign }),
);

export const PostMissed = defineEvent(
  'posts',
  'post.missed',
  1,
  'A post missed its publishing window and is no longer published automatically.',
  () => z.object({ ...Billed, accountId: AccountId, campaignId: ofCampaign, ...reasonOf(reasonCodes.missed) }),
);

export const PostSubmitted = defineEvent('posts', 'post.submitted', 1, 'A post was submitted for approval.', () =>
  z.object({ accountId: AccountId, contentHash: z.string(), submittedBy: PersonId }),
);

export const PostApprovalReminder = defineEvent(
  'posts',
  'post.approval_reminder',
  1,
  'A submitted post is still waiting for approval after a day, or is due within two hours.',
  () =>
    z.object({
      accountId: AccountId,
      campaignId: ofCampaign,
      kind: z.enum(['waiting', 'due_soon']),
      submittedBy: PersonId,
      submittedAt: Instant,
      scheduledAt: Instant.nullable().meta({ description: 'When the post is due (UTC); null: not scheduled' }),
    }),
);

/** Published once per lost connection, even if more posts have to wait later. */
export const AccountPostsWaiting = defineEvent(
  'posts',
  'account.posts_waiting',
  1,
  'An account must be reconnected before its posts can be published. The entity is the account.',
  () =>
    z.object({
      lostAt: Instant.meta({ description: 'When X stopped accepting the connection (UTC)' }),
      waiting: z.int().min(0).meta({ description: 'Number of posts held for the account or due within seven days' }),
      firstDueAt: Instant.nullable().meta({ description: 'Due time of the first of them (UTC); null: none' }),
    }),
);

export const PostApproved = defineEvent(
  'posts',
  'post.approved',
  1,
  'A post was approved with the content that `contentHash` identifies.',
  () => z.object({ accountId: AccountId, contentHash: z.string(), approvedBy: PersonId, isOverride: z.boolean() }),
);

export const PostChangesRequested = defineEvent(
  'posts',
  'post.changes_requested',
  1,
  'A reviewer requested changes to a post.',
  () => z.object({ accountId: AccountId, requestedBy: PersonId }),
);

export const PostUnpublishRequested = defineEvent(
  'posts',
  'post.unpublish_requested',
  1,
  'Deletion of the published parts of a post on X was requested.',
  () =>
    z.object({
      accountId: AccountId,
      campaignId: ofCampaign,
      xPostIds: z.array(z.string()).min(1).meta({ description: 'Post ids on X, in the order of deletion' }),
    }),
);

export const PostUnpublished = defineEvent(
  'posts',
  'post.unpublished',
  1,
  'Every part of a post was deleted on X.',
  () => z.object({ accountId: AccountId, campaignId: ofCampaign }),
);

const ofRepost = { accountId: AccountId, postId: PostId, xPostId: z.string() };

export const RepostRequested = defineEvent(
  'posts',
  'repost.requested',
  1,
  "A repost of one of an account's own posts was requested. The entity is the repost.",
  () => z.object(ofRepost),
);

export const RepostDone = defineEvent(
  'posts',
  'repost.done',
  1,
  'A post was reposted on X. The entity is the repost.',
  () => z.object(ofRepost),
);

export const RepostFailed = defineEvent(
  'posts',
  'repost.failed',
  1,
  'A repost failed for good. The entity is the repost.',
  () => z.object({ ...ofRepost, ...reasonOf(reasonCodes.onX) }),
);

export const PostPolicyOverridden = defineEvent(
  'posts',
  'post.policy_overridden',
  1,
  'A person overrode a policy warning for the content that `contentHash` identifies; their reason stays with the post.',
  () => z.object({ accountId: AccountId, rule: z.string(), contentHash: z.string(), overriddenBy: PersonId }),
);

const stoppedOf = AccountId.nullable().meta({ description: 'Account; null: the whole workspace' });

export const PublishingStopped = defineEvent(
  'posts',
  'publishing.stopped',
  1,
  'Publishing was stopped for an account or the whole workspace. Posts that come due are held. The entity is that account or workspace.',
  () => z.object({ accountId: stoppedOf }),
);

export const PublishingResumed = defineEvent(
  'posts',
  'publishing.resumed',
  1,
  'Publishing was resumed for an account or the whole workspace. The entity is that account or workspace.',
  () =>
    z.object({
      accountId: stoppedOf,
      policy: z
        .discriminatedUnion('kind', [
          z.object({ kind: z.literal('publish_late'), withinMinutes: z.int().min(1) }),
          z.object({ kind: z.literal('skip') }),
          z.object({ kind: z.literal('ask') }),
        ])
        .meta({ description: 'What happens to the posts that came due during the stop' }),
    }),
);

export const MediaDeleted = defineEvent(
  'posts',
  'media.deleted',
  1,
  'A media file was deleted. The entity is the file.',
  () => z.object({ bytes: z.int().min(1) }),
);

/** `personId` owns the link. The actor is that person or an admin; the system (`posts`) when their access ended. */
export const CalendarFeedCreated = defineEvent(
  'posts',
  'calendar_feed.created',
  1,
  "A person created a secret link to the workspace's calendar. The entity is the link.",
  () => z.object({ personId: PersonId, expiresAt: Instant }),
);

export const CalendarFeedRevoked = defineEvent(
  'posts',
  'calendar_feed.revoked',
  1,
  "A secret link to the workspace's calendar was revoked before it expired. The entity is the link.",
  () => z.object({ personId: PersonId }),
);

export const MediaChanged = defineEvent(
  'posts',
  'media.changed',
  1,
  'The alt text, AI label or subtitles of a media file changed. After a change to the alt text or subtitles, posts that use it ' +
    'and have not been published yet need a new approval, where the workspace requires one. The entity is the file.',
  () => z.object({ changed: z.array(z.enum(['altText', 'madeWithAi', 'subtitles'])).min(1) }),
);

export const QueueChanged = defineEvent(
  'posts',
  'queue.changed',
  1,
  'The weekly publishing times of an account changed. The entity is the account.',
  () =>
    z.object({
      timeZone: TimeZone,
      slots: z
        .array(z.object({ weekday: z.int().min(1).max(7), time: z.string().max(5) }))
        .meta({ description: 'Times of the week, in `timeZone`; weekday 1 is Monday' }),
    }),
);

export const TemplateChanged = defineEvent(
  'posts',
  'template.changed',
  1,
  'A template was created, or its content or variables changed. The entity is the template.',
  () =>
    z.object({
      requiredVariables: z.array(z.string().max(40)).meta({ description: 'Variables that need a value for each post' }),
      variables: z
        .array(z.string().max(40))
        .nullable()
        .default(null)
        .meta({ description: 'All variables; null in events from before this field was added' }),
    }),
);
