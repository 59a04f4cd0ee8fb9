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

/** Names a slot within its plan. */
const SlotKey = z.string().min(1).max(200);

/** The person or service account that a campaign acts for; `people` and `role` as its access token has them. */
export const CampaignActor = z.object({
  personId: PersonId,
  /** The people who answer for it: themselves, who made the machine or a secret of it, and whose words it brings. */
  people: z.array(PersonId).min(1).max(1_000),
  role: Role,
});
export type CampaignActor = z.infer<typeof CampaignActor>;

/** Findings told of one post at most, the gravest first, and the characters of their messages. */
export const maxFindingsTold = 3;
export const longestMessage = 240;
/** Files told of one post at most: first those that are not ready, then those without alt text. */
export const maxFilesTold = 4;

export const PartFacts = z.object({
  /** Whether X finds a link in the text. */
  hasUrl: z.boolean(),
  /** Whether each of its links carries the campaign's parameters. True where the campaign has none. */
  isMarked: z.boolean(),
  /** Length as X counts. */
  weightedLength: z.int().min(0),
});
export type PartFacts = z.infer<typeof PartFacts>;

/** What a launch check has to know of a post. */
export const PostFacts = z.object({
  postId: PostId,
  /** `published`: also one that is being published just now, or was deleted on X since. */
  status: z.enum(['draft', 'scheduled', 'published', 'failed', 'held', 'missed', 'cancelled', 'deleted']),
  /**
   * The launched campaign that has taken it and is not cancelled; null where none has. Whether that campaign is
   * completed, and which campaigns that are still drafts name the post, `campaigns` alone knows.
   */
  campaignId: CampaignId.nullable(),
  /** Digest of exactly what will go out, its account included. */
  contentHash: z.string(),
  /**
   * `not_needed`: the workspace requires none; `outdated`: its files were described again since; `submitted`: also one
   * whose approver took part in writing it, where the workspace requires a second person.
   */
  approval: z.enum(['not_needed', 'approved', 'none', 'submitted', 'changes_requested', 'outdated']),
  /**
   * Findings of the rules at the time of the slot that have not been overridden, and `alt_text_required` where the
   * workspace requires it and a file lacks it.
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
      /** Null where the workspace has no such post. */
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
        /** The id that the post gets. A post that was discarded does not come back: another one takes another id. */
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
      /** Why there is no draft with these values; null where there is. Calling again as it is changes nothing of it. */
      problem: z.object({ code: z.string().max(60), message: z.string().max(longestMessage) }).nullable(),
    }),
  ),
});
export type CompositionOutcome = z.infer<typeof CompositionOutcome>;

/** Input of `posts.discardForCampaign`. */
export const DiscardOrder = z.object({ ...onCampaign, postIds: z.array(PostId).max(25) });
export type DiscardOrder = z.infer<typeof DiscardOrder>;

/** Output of `posts.discardForCampaign`. `kept`: it is another's by now, or a person's. */
export const DiscardOutcome = z.object({
  posts: z.array(z.object({ postId: PostId, outcome: z.enum(['discarded', 'kept', 'not_found']) })),
});
export type DiscardOutcome = z.infer<typeof DiscardOutcome>;

/** Input of `posts.approveForCampaign`. */
export const ApprovalOrder = z.object({
  ...onCampaign,
  /** Who approved the campaign. */
  by: CampaignActor,
  /** When they did. */
  at: Instant,
  /** Who submitted it; null where nobody did. */
  submittedBy: CampaignActor.pick({ personId: true, people: true }).nullable(),
  approvals: z.array(z.object({ postId: PostId, contentHash: z.string().min(1).max(128) })).max(50),
});
export type ApprovalOrder = z.infer<typeof ApprovalOrder>;

/**
 * Output of `posts.approveForCampaign`. `approved`: this content is, by now or before; `changed`: the post has another
 * content by now; `not_open`: it is on its way or out; `not_permitted`: the role does not approve; `four_eyes`,
 * `only_for_people`, `writer_unknown`: the workspace requires another pair of eyes.
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

/** What a launch check has to know of a connected account. */
export const AccountFacts = z.object({
  accountId: AccountId,
  health: AccountHealth,
  /** Longest post, as X counts. */
  maxWeightedLength: z.int().min(1),
  /** Whether a person has confirmed what X demands of automated accounts. */
  isAutomationConfirmed: z.boolean(),
});
export type AccountFacts = z.infer<typeof AccountFacts>;

/** Input of `accounts.describeForCampaign`. */
export const AccountQuestion = z.object({ workspaceId: WorkspaceId, accountIds: z.array(AccountId).max(50) });
export type AccountQuestion = z.infer<typeof AccountQuestion>;

/** Output of `accounts.describeForCampaign`. */
export const CampaignAccounts = z.object({
  accounts: z.array(AccountFacts),
  /** Ids that are no account of the workspace. */
  unknown: z.array(AccountId),
  /** Money for X, in millionths of a US dollar. */
  budget: z.object({
    /** Of a UTC month; null: no bound. */
    monthlyMicros: z.int().min(0).nullable(),
    /** What is spent, by UTC month (`2026-12`): of this month. What is planned, `accounts` does not know. */
    usedMicros: z.record(z.string(), z.int()),
  }),
  /**
   * Posts that all workspaces have sent, by UTC day (`2026-12-01`): of today, as counted at most a minute ago. What is
   * planned for other days, nobody counts.
   */
  appPosts: z.record(z.string(), z.int().min(0)),
  /** Posts that X takes a UTC day from all workspaces together. */
  appPostsPerDay: z.int().min(1),
});
export type CampaignAccounts = z.infer<typeof CampaignAccounts>;
