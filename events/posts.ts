import * as z from 'zod';
import { defineEvent } from '#shared/events/event.ts';
import { AccountId, CampaignId, PersonId, PostId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

const ofCampaign = CampaignId.nullable().meta({ description: 'The campaign the post belongs to' });

/** The rules that the platform judges posts by. One that is given up stays here: the code of an event that was told names it. */
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

/** The code of a post that a rule holds, such as `policy_pay_to_engage`. */
export const policyCodeOf = (rule: PolicyRule) => `policy_${rule}` as const;

const policyCodes: ReadonlySet<string> = new Set(PolicyRule.options.map(policyCodeOf));

/** Whether a code says that a rule holds a post. */
export const isPolicyCode = (code: string): boolean => policyCodes.has(code);

export const PostCreated = defineEvent(
  'posts',
  'post.created',
  1,
  'A post was written.',
  z.object({ accountId: AccountId }),
);

export const PostUpdated = defineEvent(
  'posts',
  'post.updated',
  1,
  'The content or the account of a post was changed.',
  z.object({ accountId: AccountId }),
);

export const PostScheduled = defineEvent(
  'posts',
  'post.scheduled',
  1,
  'A post is to go out at an instant: planned by a person or a campaign, or to be tried again.',
  z.object({
    accountId: AccountId,
    campaignId: ofCampaign,
    publishAt: Instant,
    /** Counts the schedulings of the post: the workflow of an older one does nothing. */
    scheduleVersion: z.int().min(1),
  }),
);

export const PostPublished = defineEvent(
  'posts',
  'post.published',
  1,
  'Every part of a post is on X.',
  z.object({
    accountId: AccountId,
    campaignId: ofCampaign,
    /** X's ids, in the order of the thread. */
    xPostIds: z.array(z.string()).min(1),
    dueAt: Instant,
    publishedAt: Instant,
  }),
);

/** Why a post is not out: `code` for programs, `reason` for a marketer. */
const Reason = { code: z.string(), reason: z.string() };

export const PostFailed = defineEvent(
  'posts',
  'post.failed',
  1,
  'X refused a post for good.',
  z.object({ accountId: AccountId, campaignId: ofCampaign, ...Reason }),
);

export const PostHeld = defineEvent(
  'posts',
  'post.held',
  1,
  'A post was due but may not go out for now.',
  z.object({ accountId: AccountId, campaignId: ofCampaign, ...Reason }),
);

export const PostCancelled = defineEvent(
  'posts',
  'post.cancelled',
  1,
  'A scheduled or held post was taken off its schedule.',
  z.object({ accountId: AccountId, campaignId: ofCampaign }),
);

export const PostDeleted = defineEvent(
  'posts',
  'post.deleted',
  1,
  'A post was deleted here. What is out on X stays there.',
  z.object({ accountId: AccountId, campaignId: ofCampaign }),
);

export const PostMissed = defineEvent(
  'posts',
  'post.missed',
  1,
  'A post was due but could not go out in the time it was given; it goes out no more by itself.',
  z.object({ accountId: AccountId, campaignId: ofCampaign, ...Reason }),
);

export const PostSubmitted = defineEvent(
  'posts',
  'post.submitted',
  1,
  'A post was submitted for approval.',
  z.object({ accountId: AccountId, contentHash: z.string(), submittedBy: PersonId }),
);

export const PostApprovalReminder = defineEvent(
  'posts',
  'post.approval_reminder',
  1,
  'A submitted post still waits for its approval: for a day, or although it is due within two hours.',
  z.object({
    accountId: AccountId,
    campaignId: ofCampaign,
    kind: z.enum(['waiting', 'due_soon']),
    submittedBy: PersonId,
    submittedAt: Instant,
    scheduledAt: Instant.nullable(),
  }),
);

/** Told once per loss of a connection, whatever comes to wait later. */
export const AccountPostsWaiting = defineEvent(
  'posts',
  'account.posts_waiting',
  1,
  'An account has to be connected again: what it keeps waiting. The entity is the account.',
  z.object({
    lostAt: Instant,
    waiting: z.int().min(0).meta({ description: 'Posts that are held for it, or due within seven days' }),
    firstDueAt: Instant.nullable().meta({ description: 'When the first of them was or is due' }),
  }),
);

export const PostApproved = defineEvent(
  'posts',
  'post.approved',
  1,
  'A post was approved, exactly as its content hash has it.',
  z.object({ accountId: AccountId, contentHash: z.string(), approvedBy: PersonId, isOverride: z.boolean() }),
);

export const PostChangesRequested = defineEvent(
  'posts',
  'post.changes_requested',
  1,
  'Whoever was to approve a post asked for changes.',
  z.object({ accountId: AccountId, requestedBy: PersonId }),
);

export const PostUnpublishRequested = defineEvent(
  'posts',
  'post.unpublish_requested',
  1,
  'A person wants what is out of a post to be deleted on X.',
  z.object({
    accountId: AccountId,
    campaignId: ofCampaign,
    /** X's ids, in the order in which they are deleted. */
    xPostIds: z.array(z.string()).min(1),
  }),
);

export const PostUnpublished = defineEvent(
  'posts',
  'post.unpublished',
  1,
  'Every part of a post was deleted on X.',
  z.object({ accountId: AccountId, campaignId: ofCampaign }),
);

const ofRepost = { accountId: AccountId, postId: PostId, xPostId: z.string() };

export const RepostRequested = defineEvent(
  'posts',
  'repost.requested',
  1,
  'A person wants an account to repost a post of its own. The entity is the repost.',
  z.object(ofRepost),
);

export const RepostDone = defineEvent('posts', 'repost.done', 1, 'X took a repost.', z.object(ofRepost));

export const RepostFailed = defineEvent(
  'posts',
  'repost.failed',
  1,
  'A repost is given up.',
  z.object({ ...ofRepost, ...Reason }),
);

export const PostPolicyOverridden = defineEvent(
  'posts',
  'post.policy_overridden',
  1,
  'Somebody who may let a warning of the rules pass, for exactly the content that the hash names. Why stays with the post.',
  z.object({ accountId: AccountId, rule: z.string(), contentHash: z.string(), overriddenBy: PersonId }),
);

export const MediaDeleted = defineEvent(
  'posts',
  'media.deleted',
  1,
  'Somebody deleted a media file. The entity is the file.',
  z.object({ bytes: z.int().min(1) }),
);

/** A link is its person's: they, or who looks after the workspace, made or ended it; `posts` when their place in it ended. */
export const CalendarFeedCreated = defineEvent(
  'posts',
  'calendar_feed.created',
  1,
  'A person made a secret link to the calendar of a workspace. The entity is the link.',
  z.object({ personId: PersonId, expiresAt: Instant }),
);

export const CalendarFeedRevoked = defineEvent(
  'posts',
  'calendar_feed.revoked',
  1,
  'A secret link to the calendar ended before its time. The entity is the link.',
  z.object({ personId: PersonId }),
);

export const MediaChanged = defineEvent(
  'posts',
  'media.changed',
  1,
  'What is said about a media file was changed: it goes out with the posts that carry the file. The entity is the file.',
  z.object({ changed: z.array(z.enum(['altText', 'madeWithAi', 'subtitles'])).min(1) }),
);
