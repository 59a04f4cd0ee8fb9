import * as z from 'zod';
import { MeasuredFormat } from '#events/post-format.ts';
import { Poll, ReplySettings } from '#events/post-options.ts';
import { reasonCodes } from '#events/reason-codes.ts';
import { entityFields, type New } from '#shared/entity.ts';
import { DomainError } from '#shared/errors.ts';
import {
  AccountId,
  AutomationId,
  AutomationRunId,
  CampaignId,
  MediaId,
  PersonId,
  PostId,
  SlotId,
} from '#shared/ids.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { dayMs, daySeconds, Instant, TimeZone } from '#shared/time.ts';
import { Finding, maxFindings, Override } from './policy.ts';
import { ShortLink } from './short-link.ts';

/** X allows four files per post (X API, POST /2/tweets); which types it allows together is checked with the files. */
export const Part = z.strictObject({
  text: z.string().max(25_000).default(''),
  mediaIds: z
    .array(MediaId)
    .max(4)
    .default([])
    .meta({ description: 'Media files: up to four images, or one GIF, or one video' }),
  poll: Poll.nullable().default(null).meta({ description: 'Poll in place of media; null: none' }),
});

/** Maximum characters of all parts together: two of X's longest posts; it bounds the work of measuring them. */
export const longestText = 50_000;

/** A post, or a thread when it has several parts. */
export const Parts = z
  .array(Part)
  .min(1)
  .max(25)
  .refine((parts) => parts.reduce((sum, { text }) => sum + text.length, 0) <= longestText, {
    error: `must have at most ${longestText} characters in all`,
  })
  .meta({ description: 'The post, or the parts of a thread in order' });

/**
 * Parts as sent in a request. Line ends become line feeds: carriage returns from files and forms would be published.
 */
export const SentParts = Parts.overwrite((parts) =>
  parts.map((part) => ({ ...part, text: part.text.replace(/\r\n?/g, '\n') })),
);

export const PostStatus = z
  .enum([
    'draft',
    'scheduled',
    'publishing',
    'published',
    'held',
    'failed',
    'cancelled',
    'missed',
    'unpublishing',
    'unpublished',
    'deleted',
  ])
  .meta({
    description:
      '`draft`: not scheduled; `scheduled`: waits for its time; `publishing`: on its way to X; `published`: on X; ' +
      '`held`: on hold, see `problem`; `failed`: not published, or only the first parts of a thread, see `problem`; ' +
      '`cancelled`: taken off its schedule; `missed`: its publishing window passed; `unpublishing`: being deleted ' +
      'on X; `unpublished`: deleted on X; `deleted`: deleted here',
  });

/** A status to filter lists by. */
export const ListedStatus = PostStatus.exclude(['deleted']).meta({ description: 'Only posts of this status' });

export type PostStatus = z.infer<typeof PostStatus>;

/** The automation that wrote a post. */
const MadeBy = z
  .object({
    automationId: AutomationId,
    runId: AutomationRunId.meta({ description: 'Run in which the post was written' }),
  })
  .meta({ id: 'MadeBy', description: 'Automation that wrote it; left out where a person or a campaign wrote it' });

/** Approval of the content. It applies to the hash of exactly what will be published. */
export const Approval = z.object({
  status: z.enum(['none', 'submitted', 'changes_requested', 'approved']).meta({
    description: '`none`: not submitted; `submitted`: awaits a decision; `changes_requested`, `approved`: the decision',
  }),
  contentHash: z.string().nullable().meta({
    description: 'SHA-256 of the content that was submitted or approved; null: none',
  }),
  submittedBy: PersonId.nullable().meta({ description: 'Who submitted the content; null: not submitted' }),
  submitters: z.array(PersonId).default([]).meta({
    description: 'People behind the submission: the submitter or, for a service account, the people responsible for it',
  }),
  submittedAt: Instant.nullable().meta({ description: 'When it was submitted (UTC); null: not submitted' }),
  decidedBy: PersonId.nullable().meta({ description: 'Who approved it or requested changes; null: undecided' }),
  decidedAt: Instant.nullable().meta({ description: 'When it was decided (UTC); null: undecided' }),
  /** Approved by a person who otherwise could not, with the permission to override. */
  isOverride: z.boolean().meta({ description: 'Whether it was approved by override' }),
  /** Approved by a machine, or by a person with a hand in the content: not a second pair of eyes. */
  isOwn: z
    .boolean()
    .default(false)
    .meta({
      description:
        'Whether the approver is a service account, or may have contributed to the content; without `isOverride`, ' +
        'such an approval does not satisfy `four_eyes`',
    }),
});

export type Approval = z.infer<typeof Approval>;

export const noApproval: Approval = {
  status: 'none',
  contentHash: null,
  submittedBy: null,
  submitters: [],
  submittedAt: null,
  decidedBy: null,
  decidedAt: null,
  isOverride: false,
  isOwn: false,
};

/** Why a reminder is sent for a post that waits for approval: it has waited for a day, or is due soon. */
export const ApprovalReminder = z.enum(['waiting', 'due_soon']);

export type ApprovalReminder = z.infer<typeof ApprovalReminder>;

const minutesLate = z.int().min(1).max(43_200).meta({ description: 'Maximum delay, in minutes' });

/** What happens to a post that was not published in time. */
export const MissedPolicy = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('publish_late'), withinMinutes: minutesLate })
    .meta({ description: 'Publish up to `withinMinutes` late; after that the post is missed' }),
  z.strictObject({ kind: z.literal('skip') }).meta({ description: 'The post is missed once it is 5 minutes late' }),
  z
    .strictObject({ kind: z.literal('ask') })
    .meta({ description: 'The post is held once it is 5 minutes late, until a person decides' }),
]);

export type MissedPolicy = z.infer<typeof MissedPolicy>;

export const defaultMissedPolicy: MissedPolicy = { kind: 'publish_late', withinMinutes: 1440 };

/** Settings of a post other than its parts. */
export const contentLabels = {
  replySettings: ReplySettings,
  madeWithAi: z.boolean().meta({ description: 'Whether the post contains media made with AI; X labels it' }),
  paidPartnership: z.boolean().meta({ description: 'Whether the post is paid promotion; X labels it' }),
};

/** The same, with defaults for those left out. */
export const contentFields = {
  replySettings: contentLabels.replySettings.default('everyone'),
  madeWithAi: contentLabels.madeWithAi.default(false),
  paidPartnership: contentLabels.paidPartnership.default(false),
};

/** Progress of publishing the post. */
const Publication = z.object({
  dueAt: Instant.meta({ description: 'When the post was to be published (UTC)' }),
  attempts: z
    .int()
    .min(0)
    .meta({ description: 'Number of publishing attempts since the post was last scheduled or released' }),
  /** Parts that are on X, in thread order. */
  parts: z.array(
    z.object({
      xPostId: z.string().meta({ description: 'Id of the part on X' }),
      publishedAt: Instant,
      /** What X charges for it, in millionths of a US dollar. */
      costMicros: z.int().min(0).default(0),
    }),
  ),
  tries: z
    .array(
      z.object({
        at: Instant,
        outcome: z.string().meta({ description: '`published`, or what ended the attempt' }),
        code: z
          .string()
          .nullable()
          .meta({ description: 'Cause, if the attempt did not publish the post; otherwise null' }),
      }),
    )
    .default([])
    .meta({ description: 'Publishing attempts that ended, latest last; at most the latest 25' }),
  publishedAt: Instant.nullable().meta({ description: 'When the last part was published (UTC); null until then' }),
  /** Whether X has the part that was sent last is unknown; until X was searched for it, its text must not change. */
  isUnsettled: z.boolean().meta({
    description:
      'Whether it is unknown if X has the part that was sent last; X is checked before anything else is sent',
  }),
  /**
   * Since when the post may be on X although this table does not say so (UTC): as far as the table knows, it was not
   * published at its time, but a table can be restored from yesterday. X is searched for the post before anything else
   * is done.
   */
  lookSince: Instant.nullable().default(null),
});

export type Publication = z.infer<typeof Publication>;

export const newPublication = (dueAt: string): Publication => ({
  dueAt,
  attempts: 0,
  parts: [],
  tries: [],
  publishedAt: null,
  isUnsettled: false,
  lookSince: null,
});

/** How long after its time an unpublished post is recovered, in milliseconds. */
export const overdueMs = 45_000;

/** Whether the post's time has passed and publishing it has not ended. */
export const isOverdue = ({ status, nextAttemptAt }: Post, now: Date): boolean =>
  (status === 'scheduled' || status === 'publishing') &&
  nextAttemptAt !== null &&
  now.getTime() - Date.parse(nextAttemptAt) > overdueMs;

/** Marks the post to be searched for on X: why it was not published is unknown, and it may be there. */
export const toBeLookedFor = ({ publication }: Pick<Post, 'publication'>, now: Date): Publication => {
  const known = publication ?? newPublication(now.toISOString());
  return { ...known, lookSince: known.lookSince ?? known.dueAt };
};

/** Why something failed: a code for programs, a reason for people. */
export const Problem = z.object({
  code: z.string().meta({
    description:
      `Machine-readable code. Held: ${reasonCodes.held}. Failed: ${reasonCodes.failed}. Missed: ${reasonCodes.missed}. ` +
      `Delayed and retried by the platform: ${reasonCodes.delayed}. Not deleted or reposted on X: ${reasonCodes.onX}. ` +
      'More may be added',
  }),
  reason: z.string().meta({ description: 'Human-readable cause and what to do' }),
});

export const Post = z
  .object({
    id: PostId,
    ...entityFields,
    accountId: AccountId,
    campaignId: CampaignId.nullable().meta({ description: 'Campaign that the post belongs to; null: none' }),
    parts: personal(Parts, { why: 'to publish it', keptFor: keptFor.post }),
    ...contentFields,
    contentVersion: z.int().min(1).default(1).meta({
      description:
        'Version of the content, from 1; increases with each change to it, except to alt texts and subtitles',
    }),
    contentHash: z
      .string()
      .default('')
      .meta({
        description:
          'SHA-256 of exactly what was to be published when the post was last written, submitted, approved, ' +
          'scheduled or about to be published, or a warning was last overridden: account, texts, media, alt texts, ' +
          'subtitles, polls, who may reply, and labels. A later change to alt texts or subtitles withdraws the ' +
          'approval, but shows here only after the next of these steps',
      }),
    urlParts: z.array(z.int()).default([]).meta({
      description: 'Positions (from 0) of the parts with a link: X charges more for them',
    }),
    /**
     * Decided when the content is first claimed, and then kept, since parts of it may be published; null until then.
     */
    shortLinks: z.array(ShortLink).nullable().default(null).meta({
      description:
        'Short links that are published in place of links of the text; null until it is first on its way to X',
    }),
    /** Null: written before formats were measured. */
    measured: MeasuredFormat.nullable().default(null),
    /** Findings of the last policy check; absent if there were none. */
    findings: z.array(Finding).max(maxFindings).optional(),
    /** Overridden warnings; absent if there are none. */
    overrides: z.array(Override).optional().meta({ description: 'Policy warnings that were overridden' }),
    writtenBy: PersonId.nullable().default(null).meta({ description: 'Who wrote the current content; null: unknown' }),
    /** People who wrote content that nobody else has approved yet; a machine where its people are unknown. */
    writers: z.array(PersonId).default([]).meta({
      description: 'Authors of the content; the list restarts with the first change after an approval by someone else',
    }),
    writtenAt: Instant.nullable().default(null).meta({
      description: 'When the content last changed (UTC); null: never changed',
    }),
    /** Whether the role of the author of the current content may schedule. */
    writerSchedules: z.boolean().default(true),
    approval: Approval.default(noApproval).meta({ description: 'Submission or approval of the content' }),
    /** The reminders sent for the current submission, each once. */
    approvalReminders: z.array(ApprovalReminder).default([]),
    missedPolicy: MissedPolicy.default(defaultMissedPolicy).meta({
      description: 'What happens if the post misses its time',
    }),
    scheduledBy: PersonId.nullable()
      .default(null)
      .meta({ description: 'Who scheduled the post last; null: never scheduled, or a campaign did' }),
    status: PostStatus,
    scheduledAt: Instant.nullable().meta({
      description: 'When the post is to be published (UTC); null: never scheduled',
    }),
    timeZone: TimeZone.nullable().meta({ description: 'IANA time zone it was scheduled in; null: none was given' }),
    /**
     * When the post's time was last decided: by a person, or by the launch or resumption of the campaign that planned
     * it. An earlier decision that arrives later is ignored. Null: never decided, or written before this was stored.
     */
    timeSetAt: Instant.nullable().default(null),
    /** Counts schedulings: an execution for an older one does nothing. */
    scheduleVersion: z.int().min(0).meta({ description: 'Counts how often the post was scheduled, retries included' }),
    /** When the workflow of this scheduling wakes: `scheduledAt`, or later if publishing was put off. */
    nextAttemptAt: Instant.nullable(),
    /** The only execution that may publish it now. */
    claimedBy: z.string().nullable(),
    publication: Publication.nullable(),
    takenDownAt: Instant.nullable().default(null).meta({
      description: 'When X reported that it, or a part of it, was deleted on X outside the platform (UTC); null: never',
    }),
    problem: Problem.nullable().meta({
      description: 'Why the post is held, failed, missed or delayed, or could not be deleted on X; null otherwise',
    }),
    /** The campaign slot that planned the post, and the version of that plan. */
    slot: z.object({ slotId: SlotId, planVersion: z.int() }).nullable(),
    /** The campaign that made the post from a template, and the content version it wrote last. */
    composed: z.object({ campaignId: CampaignId, contentVersion: z.int().min(1) }).optional(),
    madeBy: MadeBy.optional(),
    /** Step of an automation's run that last submitted the post: a retry of the step does not submit again. */
    submittedInStep: z.string().optional(),
    /** Unix seconds after which a deleted post expires. */
    ttl: z.int().optional(),
  })
  .meta({ id: 'Post' });

export type Post = z.infer<typeof Post>;

type Labels = 'replySettings' | 'madeWithAi' | 'paidPartnership';

/** A newly written post. */
export const draft = (
  written: Pick<Post, 'id' | 'workspaceId' | 'accountId' | 'parts'> &
    Partial<Pick<Post, Labels | 'writtenBy' | 'writers'>>,
): New<Post> => ({
  replySettings: 'everyone',
  madeWithAi: false,
  paidPartnership: false,
  writtenBy: null,
  writers: [],
  ...written,
  contentVersion: 1,
  contentHash: '',
  writtenAt: null,
  writerSchedules: true,
  urlParts: [],
  shortLinks: null,
  measured: null,
  approval: noApproval,
  approvalReminders: [],
  missedPolicy: defaultMissedPolicy,
  scheduledBy: null,
  campaignId: null,
  status: 'draft',
  scheduledAt: null,
  timeZone: null,
  timeSetAt: null,
  scheduleVersion: 0,
  nextAttemptAt: null,
  claimedBy: null,
  publication: null,
  takenDownAt: null,
  problem: null,
  slot: null,
});

/** What X charges for all published parts, in millionths of a US dollar. */
export const billedFor = (publication: Publication): number =>
  publication.parts.reduce((sum, { costMicros }) => sum + costMicros, 0);

/** How far ahead a post can be scheduled: a workflow execution lives at most a year (AWS Step Functions quotas). */
const furthestDays = 300;

/** Problem code of a post that could not be published in many attempts. */
export const gaveUp = 'gave_up';

const refuse = (post: Post, doing: string): DomainError =>
  new DomainError('conflict', `post_${post.status}`, `A post with the status ${post.status} cannot be ${doing}.`);

const stateCodes: ReadonlySet<string> = new Set([
  ...PostStatus.options.map((status) => `post_${status}` as const),
  ...['post_partly_published', 'post_unsettled'],
]);

/** Whether an error means that the post's state does not let it be changed, scheduled, cancelled or deleted. */
export const isRefusedByState = (error: unknown): boolean => error instanceof DomainError && stateCodes.has(error.code);

const isOneOf = (post: Post, ...statuses: readonly PostStatus[]): boolean => statuses.includes(post.status);

/** Nothing on X is changed here: editing a post there is a separate operation. */
const assertNothingOut = (post: Post, doing: string): void => {
  assertNotPartlyOut(post, doing);
  assertSettled(post);
};

const assertNotPartlyOut = ({ publication }: Post, doing: string): void => {
  if (publication && publication.parts.length > 0) {
    throw new DomainError('conflict', 'post_partly_published', `A post that is partly on X cannot be ${doing}.`);
  }
};

/** Like `assertNothingOut`, but people who were asked to check X may cancel a post that may be there. */
const assertMayCallBack = (post: Post, doing: string): void => {
  assertNotPartlyOut(post, doing);
  if (!isLeftToPerson(post)) assertSettled(post);
};

/**
 * Whether X shows too little to tell if it has the post: a person was asked to check, and decides what happens to it.
 */
const isLeftToPerson = ({ status, problem }: Pick<Post, 'status' | 'problem'>): boolean =>
  status === 'held' && problem?.code === 'x_unclear';

/** A post that may be on X cannot be withdrawn before X was searched for it. */
const assertSettled = (post: Post): void => {
  if (post.publication?.isUnsettled === true) {
    const said = 'It is unknown whether X has the post. Schedule it again to have X checked.';
    throw new DomainError('conflict', 'post_unsettled', said);
  }
};

/**
 * Changes the content or the account of the post, as a new version by that person. An approval of the old content no
 * longer holds.
 * @param writers who counts as its writers from now on
 * @throws DomainError `conflict` once anything of it is or may be on X
 */
export const edit = (
  post: Post,
  change: Partial<Pick<Post, 'accountId' | 'parts' | Labels>>,
  { by, writers }: { by: string; writers: string[] },
): Post => {
  if (!isOneOf(post, 'draft', 'scheduled', 'held', 'failed', 'cancelled', 'missed')) throw refuse(post, 'changed');
  assertNothingOut(post, 'changed');
  return {
    ...post,
    ...change,
    contentVersion: post.contentVersion + 1,
    writtenBy: by,
    writers,
    approval: noApproval,
    shortLinks: null,
  };
};

/**
 * Schedules the post for `publishAt` (UTC); `now` publishes it immediately.
 * @throws DomainError if the post is being published or was published, or the time is past or too far ahead
 */
export const schedule = (post: Post, publishAt: string, timeZone: string | null, now: Date): Post => {
  if (!isOneOf(post, 'draft', 'scheduled', 'held', 'failed', 'cancelled', 'missed')) throw refuse(post, 'scheduled');
  const due = Date.parse(publishAt);
  if (due < now.getTime()) throw unschedulable('must not be in the past');
  if (due > now.getTime() + furthestDays * dayMs) throw unschedulable(`must be within ${furthestDays} days`);
  const dueAt = new Date(due).toISOString();
  const before = isOverdue(post, now) ? toBeLookedFor(post, now) : (post.publication ?? newPublication(dueAt));
  // People who reschedule a post that was given up were asked to check the account on X first.
  const lookSince = post.problem?.code === gaveUp ? null : before.lookSince;
  return {
    ...post,
    // A cancelled post leaves its campaign, which may be over and would hold it back.
    campaignId: post.status === 'cancelled' ? null : post.campaignId,
    status: 'scheduled',
    scheduledAt: dueAt,
    timeZone,
    timeSetAt: now.toISOString(),
    scheduleVersion: post.scheduleVersion + 1,
    nextAttemptAt: dueAt,
    claimedBy: null,
    publication: { ...before, dueAt, attempts: 0, lookSince },
    problem: null,
  };
};

/** A campaign slot's plan for a post. */
interface PlannedSlot {
  campaignId: string;
  slotId: string;
  planVersion: number;
  publishAt: string;
  timeZone: string;
  /** When the campaign was launched or resumed; unknown for plans from before this was published. */
  askedAt?: string | undefined;
}

/** Whether the post's time was decided again after that instant (UTC). */
export const isOverruled = ({ timeSetAt }: Pick<Post, 'timeSetAt'>, saidAt: string | null | undefined): boolean =>
  timeSetAt !== null && typeof saidAt === 'string' && Date.parse(timeSetAt) > Date.parse(saidAt);

/**
 * The post as planned by a campaign's slot, due immediately if the planned time has passed; undefined if there is
 * nothing to do: the plan is outdated, or the post is being published, was published, or was taken by a later campaign.
 * If the post's time was set or cleared after the launch or resumption, that decision holds, and the post joins the
 * campaign with it.
 */
export const plan = (post: Post, slot: PlannedSlot, now: Date): Post | undefined => {
  const { campaignId, slotId, planVersion, publishAt, timeZone, askedAt } = slot;
  // Slot ids sort by creation time: the campaign that took the post last has it.
  if (post.slot && post.slot.slotId > slotId) return undefined;
  if (post.slot?.slotId === slotId && post.slot.planVersion >= planVersion) return undefined;
  if (!isOneOf(post, 'draft', 'scheduled', 'held', 'failed', 'cancelled', 'missed')) return undefined;
  const planned = { slotId, planVersion };
  if (isOverruled(post, askedAt)) {
    // A post that was taken off this very plan and scheduled separately has left the campaign.
    return { ...post, slot: planned, campaignId: post.slot?.slotId === slotId ? post.campaignId : campaignId };
  }
  const at = Date.parse(publishAt) < now.getTime() ? now.toISOString() : publishAt;
  const timeSetAt = askedAt ?? null;
  return { ...schedule(post, at, timeZone, now), timeSetAt, scheduledBy: null, campaignId, slot: planned };
};

/** A campaign slot that has dropped its post. */
interface DroppedSlot {
  campaignId: string;
  slotId: string;
  /** The latest plan version of the slot, whose plan may arrive only after this. */
  planVersion: number;
  /** When dropping the post was requested. */
  askedAt: string;
}

/**
 * The post after its slot has dropped it: cancelled if that slot had scheduled it and nothing newer was decided;
 * undefined if there is nothing to do. The slot is recorded, so that a plan of it that arrives late is ignored.
 */
export const letGo = (post: Post, { campaignId, slotId, planVersion, askedAt }: DroppedSlot): Post | undefined => {
  if (post.slot && post.slot.slotId > slotId) return undefined;
  if (!isOneOf(post, 'draft', 'scheduled', 'held', 'failed', 'cancelled', 'missed')) return undefined;
  const known = post.slot?.slotId === slotId ? post.slot.planVersion : 0;
  const noted = { ...post, slot: { slotId, planVersion: Math.max(known, planVersion) } };
  const isPlannedBySlot = known > 0 && post.campaignId === campaignId && isOneOf(post, 'scheduled', 'held');
  if (isPlannedBySlot && !isOverruled(post, askedAt)) return cancel(noted, new Date(askedAt));
  return planVersion > known ? noted : undefined;
};

const unschedulable = (message: string): DomainError =>
  new DomainError('invalid', 'invalid_publish_at', `publishAt ${message}.`, {
    fields: [{ path: 'body.publishAt', code: 'invalid_publish_at', message }],
  });

/**
 * Takes the post off its schedule. A post that is partly on X cannot be cancelled: that would say that nothing is on X.
 * @param saidAt when the cancellation was requested
 * @throws DomainError `conflict` if it is not scheduled or held, or a part of it is or may be on X
 */
export const cancel = (post: Post, saidAt: Date): Post => {
  if (!isOneOf(post, 'scheduled', 'held')) throw refuse(post, 'cancelled');
  assertMayCallBack(post, 'cancelled');
  const timeSetAt = saidAt.toISOString();
  return { ...post, status: 'cancelled', timeSetAt, nextAttemptAt: null, claimedBy: null, problem: null };
};

/**
 * Marks the post as deleted: it is kept for a while as a record, but no longer found.
 * @throws DomainError `conflict` while any of it is or may be on X
 */
export const remove = (post: Post, ttl: number): Post => {
  if (isOneOf(post, 'publishing', 'published', 'unpublishing')) throw refuse(post, 'deleted');
  if (post.status !== 'unpublished') assertMayCallBack(post, 'deleted');
  return { ...post, status: 'deleted', nextAttemptAt: null, claimedBy: null, ttl };
};

/** How long a deleted post is kept as a record. */
export const deletedKeptSeconds = 90 * daySeconds;
