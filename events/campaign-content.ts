import * as z from 'zod';
import { AccountId, CampaignId, MediaId, PersonId, PostId, TemplateId, WorkspaceId } from '#shared/ids.ts';
import { Role } from '#shared/permissions.ts';
import { Instant } from '#shared/time.ts';
import { AccountHealth } from './accounts.ts';

/**
 * Data passed between the tasks of the workflows that plan, check and launch campaigns. Each call is bounded so that its
 * answer fits into the state of an execution (AWS Step Functions quotas: 256 KB).
 */

const onCampaign = { workspaceId: WorkspaceId, campaignId: CampaignId };

/** Identifies a slot within its plan. */
const SlotKey = z.string().min(1).max(200);

/** The person or service account that a campaign acts for; `people` and `role` are those of the access token. */
export const CampaignActor = z.object({
  personId: PersonId,
  /**
   * The people responsible for it: the person, or those who created the service account or its secret, and those whose
   * texts it uses.
   */
  people: z.array(PersonId).min(1).max(1_000),
  role: Role,
});
export type CampaignActor = z.infer<typeof CampaignActor>;

/** Maximum number of findings reported per post, most severe first, and maximum length of their messages. */
export const maxFindingsTold = 3;
export const longestMessage = 240;
/** Maximum number of files reported per post: first those that are not ready, then those without alt text. */
export const maxFilesTold = 4;

export const PartFacts = z.object({
  /** Whether X detects a link in the text. */
  hasUrl: z.boolean(),
  /** Whether all its links carry the campaign's link parameters. True if the campaign has none. */
  isMarked: z.boolean(),
  /** Length as X counts it. */
  weightedLength: z.int().min(0),
});
export type PartFacts = z.infer<typeof PartFacts>;

/** Facts about a post that a launch check needs. */
export const PostFacts = z.object({
  postId: PostId,
  /** `published` includes posts that are being published, and those being deleted or already deleted on X. */
  status: z.enum(['draft', 'scheduled', 'published', 'failed', 'held', 'missed', 'cancelled', 'deleted']),
  /**
   * The launched campaign that claimed the post and was not cancelled; null: none. Only `campaigns` knows whether that
   * campaign has completed, and which draft campaigns use the post.
   */
  campaignId: CampaignId.nullable(),
  /** Digest of exactly what will be published, including the account. */
  contentHash: z.string(),
  /**
   * `not_needed`: the workspace requires no approval; `outdated`: the description of a file changed since; `submitted`
   * includes posts whose approver took part in writing them, where the workspace requires a second person.
   */
  approval: z.enum(['not_needed', 'approved', 'none', 'submitted', 'changes_requested', 'outdated']),
  /**
   * Policy findings at the time of the slot that have not been overridden, and `alt_text_required` if the workspace
   * requires alt text and a file has none.
   */
  findings: z
    .array(z.object({ rule: z.string(), level: z.enum(['block', 'warn']), message: z.string().max(longestMessage) }))
    .max(maxFindingsTold),
  media: z
    .array(
      z.object({
        mediaId: MediaId,
        status: z.enum(['ready', 'awaiting_upload', 'missing']),
        hasAltText: z.boolean(),
      }),
    )
    .max(maxFilesTold),
  parts: z.array(PartFacts),
});
export type PostFacts = z.infer<typeof PostFacts>;

/** Input of `posts.describeForCampaign`. */
export const ContentQuestion = z.object({
  ...onCampaign,
  slots: z.array(z.object({ slotKey: SlotKey, postId: PostId, publishAt: Instant })).max(50),
});
export type ContentQuestion = z.infer<typeof ContentQuestion>;

/** Output of `posts.describeForCampaign`: one entry for each slot, in their order. */
export const ContentFacts = z.object({
  posts: z.array(
    z.object({
      slotKey: SlotKey,
      postId: PostId,
      /** Null if the workspace has no such post. */
      facts: PostFacts.nullable(),
      accountId: AccountId.nullable(),
    }),
  ),
});
export type ContentFacts = z.infer<typeof ContentFacts>;

/** Input of `posts.composeForCampaign`. */
export const CompositionOrder = z.object({
  ...onCampaign,
  by: CampaignActor,
  slots: z
    .array(
      z.object({
        slotKey: SlotKey,
        /** Id for the post. The id of a discarded post is not used again. */
        postId: PostId,
        accountId: AccountId,
        templateId: TemplateId,
        /** Values of the variables of the template, by name. */
        values: z.record(z.string().max(40), z.union([z.string().max(4_000), z.number()])),
      }),
    )
    .max(25),
});
export type CompositionOrder = z.infer<typeof CompositionOrder>;

/** Output of `posts.composeForCampaign`: one entry for each slot, in their order. */
export const CompositionOutcome = z.object({
  posts: z.array(
    z.object({
      slotKey: SlotKey,
      postId: PostId,
      /** Why no draft has these values; null: one does. Repeating the same call gives the same problem. */
      problem: z.object({ code: z.string().max(60), message: z.string().max(longestMessage) }).nullable(),
    }),
  ),
});
export type CompositionOutcome = z.infer<typeof CompositionOutcome>;

/** Input of `posts.discardForCampaign`. */
export const DiscardOrder = z.object({ ...onCampaign, postIds: z.array(PostId).max(25) });
export type DiscardOrder = z.infer<typeof DiscardOrder>;

/**
 * Output of `posts.discardForCampaign`. `kept`: somebody has edited or scheduled the post, or another campaign has
 * claimed it.
 */
export const DiscardOutcome = z.object({
  posts: z.array(z.object({ postId: PostId, outcome: z.enum(['discarded', 'kept', 'not_found']) })),
});
export type DiscardOutcome = z.infer<typeof DiscardOutcome>;

/** Input of `posts.approveForCampaign`. */
export const ApprovalOrder = z.object({
  ...onCampaign,
  /** Who approved the campaign. */
  by: CampaignActor,
  /** When they approved it. */
  at: Instant,
  /** Who submitted it; null: nobody. */
  submittedBy: CampaignActor.pick({ personId: true, people: true }).nullable(),
  approvals: z.array(z.object({ postId: PostId, contentHash: z.string().min(1).max(128) })).max(50),
});
export type ApprovalOrder = z.infer<typeof ApprovalOrder>;

/**
 * Output of `posts.approveForCampaign`. `approved`: this content is approved, now or from before; `changed`: the
 * content of the post has changed; `not_open`: it is being published or was published; `not_permitted`: the role may
 * not approve; `four_eyes`, `only_for_people`, `writer_unknown`: the workspace requires approval by a second person.
 */
export const ApprovalOutcome = z.object({
  posts: z.array(
    z.object({
      postId: PostId,
      outcome: z.enum([
        ...(['approved', 'changed', 'not_found', 'not_open', 'not_permitted'] as const),
        ...(['four_eyes', 'only_for_people', 'writer_unknown'] as const),
      ]),
    }),
  ),
});
export type ApprovalOutcome = z.infer<typeof ApprovalOutcome>;

/** Facts about a connected account that a launch check needs. */
export const AccountFacts = z.object({
  accountId: AccountId,
  health: AccountHealth,
  /** Maximum length of a post, as X counts it. */
  maxWeightedLength: z.int().min(1),
  /** Whether a person confirmed what X requires of automated accounts. */
  isAutomationConfirmed: z.boolean(),
});
export type AccountFacts = z.infer<typeof AccountFacts>;

/** Input of `accounts.describeForCampaign`. */
export const AccountQuestion = z.object({ workspaceId: WorkspaceId, accountIds: z.array(AccountId).max(50) });
export type AccountQuestion = z.infer<typeof AccountQuestion>;

/** Output of `accounts.describeForCampaign`. */
export const CampaignAccounts = z.object({
  accounts: z.array(AccountFacts),
  /** Ids that belong to no account of the workspace. */
  unknown: z.array(AccountId),
  /** X API budget, in millionths of a US dollar. */
  budget: z.object({
    /** Budget per UTC month; null: no limit. */
    monthlyMicros: z.int().min(0).nullable(),
    /** Spending by UTC month (`2026-12`), only of this month. `accounts` does not know planned spending. */
    usedMicros: z.record(z.string(), z.int()),
  }),
  /**
   * Posts that all workspaces have sent, by UTC day (`2026-12-01`), only of today, counted at most a minute ago. Posts
   * planned for other days are not counted.
   */
  appPosts: z.record(z.string(), z.int().min(0)),
  /** Posts that X accepts per UTC day from all workspaces together. */
  appPostsPerDay: z.int().min(1),
});
export type CampaignAccounts = z.infer<typeof CampaignAccounts>;
