import * as z from 'zod';
import { CampaignActor } from '#events/campaign-content.ts';
import { Utm } from '#events/campaigns.ts';
import type { PermitOutcome } from '#events/publishing.ts';
import { entityFields, type New } from '#shared/entity.ts';
import { DomainError, notFound } from '#shared/errors.ts';
import { CampaignId, PersonId, PostId } from '#shared/ids.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { text } from '#shared/text.ts';
import { AskedInstant, dayMs, Instant, minuteMs, TimeZone } from '#shared/time.ts';
import { Budget } from './budget.ts';
import { CampaignExperiment } from './experiment.ts';
import { CampaignStatus, Note, refusal, Review, statusAfter, Step, type Transition } from './lifecycle.ts';
import { CatchUpPolicy } from './plan-policies.ts';
import { SlotKey } from './planned-slot.ts';

export const CampaignName = text(120);

/** A post and when to publish it. */
export const Placement = z
  .strictObject({
    postId: PostId,
    publishAt: AskedInstant.meta({ description: 'When to publish it: RFC 3339 with a UTC offset; stored as UTC' }),
  })
  .meta({ description: 'A post and when to publish it' });
export type Placement = z.infer<typeof Placement>;

/** API description of a campaign's UTM parameters. */
export const utmOf =
  'UTM parameters for links of posts written with `utmFrom`, and of posts that a check creates from templates; existing ' +
  'posts are not changed. Null: none.';

/** A numeric target of a campaign. */
export const Goal = z
  .strictObject({
    metric: z.enum(['impressions', 'engagements', 'link_clicks', 'follows']).meta({
      description:
        'Metric of the goal. `engagements`: likes, reposts, replies, quotes, bookmarks, link clicks and profile clicks; ' +
        '`follows`: not measured, as X does not report which post brought a follower',
    }),
    target: z.int().min(1).max(1_000_000_000_000).meta({ description: 'Total that the campaign should reach' }),
  })
  .meta({ id: 'CampaignGoal', description: 'A target for the posts of the campaign in total' });

/** The fields that people edit, other than the plan. */
export const campaignFields = {
  name: CampaignName,
  brief: personal(text(5_000).nullable().meta({ description: 'Brief for the people who work on it; null: none' }), {
    why: 'to say what a campaign is about',
    keptFor: keptFor.workspace,
  }),
  tags: z
    .array(text(40))
    .max(20)
    .refine((tags) => new Set(tags).size === tags.length, 'must not contain duplicates')
    .meta({ description: 'Labels for filtering' }),
  ownerId: PersonId.nullable().meta({ description: 'Person responsible for it; null: none' }),
  goals: z
    .array(Goal)
    .max(4)
    .refine(
      (goals) => new Set(goals.map(({ metric }) => metric)).size === goals.length,
      'must not contain duplicate metrics',
    )
    .meta({ description: 'Targets, at most one per metric' }),
  budget: Budget.nullable().meta({
    description: 'Maximum spending at X; null: only the budget of the workspace applies',
  }),
  utm: Utm.nullable().meta({ description: utmOf }),
};

/** An asynchronous check of the plan for anything that prevents its launch. */
const Check = z.object({
  // Workflows of older checks no longer change anything.
  number: z.int().min(1).meta({ description: 'Counts the checks of the campaign' }),
  status: z.enum(['running', 'done', 'failed']).meta({
    description:
      '`running`: the report is not ready yet; `done`: the report is ready; `failed`: no report; preview the plan ' +
      'to see whether it is still valid, then check again',
  }),
  planVersion: z.int().meta({ description: 'Version of the plan that is checked' }),
  requestedAt: Instant.meta({ description: 'When it was requested (UTC)' }),
  requestedBy: CampaignActor,
});

const ReportHead = z.object({
  version: z.string().meta({
    description:
      'Version of the report; pass it as `reportVersion` to submit, launch or apply (to approve: `review.reportVersion`)',
  }),
  planVersion: z.int().meta({ description: 'Version of the plan that was checked' }),
  checkedAt: Instant.meta({ description: 'When it was checked (UTC)' }),
  canLaunch: z.boolean().meta({ description: 'Whether there are no blockers' }),
  /** The check whose parts contain what the report lists. */
  checkId: z.string(),
});

/** Why a slot stays as it is even if a newer plan changes it. */
export const LeftAlone = z.enum(['published', 'being_published', 'failed', 'dropped']).meta({
  description:
    '`published`: it is on X; `being_published`: it is being sent, or due within a minute; `failed`: publishing failed; ' +
    '`dropped`: it was dropped before',
});
export type LeftAlone = z.infer<typeof LeftAlone>;

/** A slot that a newer plan would change, but that stays as it is. */
export const SlotLeftAlone = z
  .object({ slotKey: SlotKey, why: LeftAlone })
  .meta({ id: 'SlotLeftAlone', description: 'A slot that a newer plan would change, but that stays as it is' });

/** Maximum number of slots that a change lists as left alone. */
export const maxLeftAlone = 50;

/**
 * The launch of a campaign, or a change to a launched one. Its slots are set up part by part; the posts of all of them
 * are claimed, or of none.
 */
export const Launch = z.object({
  // Workflows of older launches no longer change anything.
  number: z.int().min(1).meta({ description: 'Counts launches of the campaign and changes to it' }),
  kind: z.enum(['launch', 'change']).default('launch').meta({
    description: '`launch`: launch of the campaign; `change`: a newer plan applied to the launched campaign',
  }),
  requestedBy: CampaignActor,
  requestedAt: Instant.meta({ description: 'When it was requested (UTC)' }),
  reportVersion: z.string().meta({ description: '`version` of the launch report' }),
  note: Note.nullable().default(null).meta({ description: 'Reason given; null: none' }),
  from: z.enum(['draft', 'approved', 'running', 'paused']).meta({
    description: 'Status before; a launch that fails returns to it, a change does not alter it',
  }),
  done: z.int().min(0).meta({ description: 'Number of slots set up, moved or dropped so far' }),
  total: z.int().min(0).meta({ description: 'Number of slots to set up, move or drop in all' }),
  /** How many of them need a post claimed. */
  claims: z.int().min(0).default(0),
  endedAt: Instant.nullable().default(null).meta({
    description: 'When all slots were done (UTC); null: in progress, or failed',
  }),
  leftAlone: z
    .array(SlotLeftAlone)
    .max(maxLeftAlone)
    .default([])
    .meta({
      description: `Slots that the newer plan would change, but that stay as they are; at most ${maxLeftAlone}`,
    }),
  failure: z
    .object({
      code: z.string().meta({ description: 'Machine-readable code; stable' }),
      reason: z.string().meta({ description: 'Why it failed, and what to do' }),
    })
    .nullable()
    .meta({ description: 'Why it failed; null: it did not' }),
});
export type Launch = z.infer<typeof Launch>;

export const Campaign = z
  .object({
    id: CampaignId,
    ...entityFields,
    ...campaignFields,
    timeZone: TimeZone.meta({ description: 'IANA time zone of the campaign' }),
    /** People whose texts fill the templates of its plan and experiment; they count as authors of the drafts. */
    authors: z.array(PersonId).default([]),
    isTemplate: z.boolean().default(false).meta({
      description: 'Whether it is a template: it can be cloned, but neither checked nor launched',
    }),
    status: CampaignStatus,
    lastStep: Step.nullable().meta({ description: 'Latest change to its status; null: none since it was created' }),
    planVersion: z.int().min(0).meta({ description: 'Version of the plan; 0: it has none yet' }),
    appliedPlanVersion: z.int().min(0).default(0).meta({
      description: 'Version of the plan in effect; apply a newer one to use it. 0: not launched',
    }),
    slotCount: z.int().min(0).meta({ description: 'Number of slots that the plan publishes' }),
    endsAt: Instant.nullable()
      .default(null)
      .meta({ description: 'Time of the last slot of the plan (UTC); null: none' }),
    experiment: CampaignExperiment.nullable().default(null).meta({ description: 'Its experiment; null: none' }),
    check: Check.nullable().meta({ description: 'Latest launch check; null: none' }),
    report: ReportHead.nullable().meta({ description: 'Latest launch report; null: none' }),
    review: Review.nullable().meta({ description: 'Review of its content; null: none' }),
    launch: Launch.nullable().meta({ description: 'Latest launch, or latest change by a newer plan; null: none' }),
    // The workflow of an older run ends when it sees a newer number.
    run: z.int().min(0).meta({ description: 'Number of launches, resumptions and applied plans so far' }),
    /** When its launch or latest resumption was requested. */
    startedAt: Instant.nullable(),
    /** The run that the latest launch or resumption began; runs begun by newer plans continue it. */
    startedRun: z.int().min(0).default(0),
    /** The automation run step that last paused or resumed it, so that a retry of the step does nothing. */
    lastRunStep: z.string().optional(),
    /** What a resumption still has to do about missed slots; null: nothing. */
    catchUp: z
      .object({
        /** The run of the resumption; slots record it. */
        run: z.int().min(1),
        /** Slots due from `since` until `until` (UTC) were missed. */
        since: Instant,
        until: Instant,
        policy: CatchUpPolicy,
      })
      .nullable()
      .default(null),
    result: z
      .object({
        published: z.int().min(0).meta({ description: 'Posts that were published' }),
        notPublished: z.int().min(0).meta({ description: 'Posts that failed, or were deleted, cancelled or missed' }),
      })
      .nullable()
      .meta({ description: 'Outcome of a completed campaign; null: not completed' }),
  })
  .meta({ id: 'Campaign' });
export type Campaign = z.infer<typeof Campaign>;

type Drafted = Pick<Campaign, 'id' | 'workspaceId' | 'timeZone' | 'isTemplate' | keyof typeof campaignFields>;

/** A new campaign, without a plan. */
export const newDraft = (drafted: Drafted): New<Campaign> => ({
  ...drafted,
  authors: [],
  status: 'draft',
  lastStep: null,
  planVersion: 0,
  appliedPlanVersion: 0,
  slotCount: 0,
  endsAt: null,
  experiment: null,
  check: null,
  report: null,
  review: null,
  launch: null,
  run: 0,
  startedAt: null,
  startedRun: 0,
  catchUp: null,
  result: null,
});

/** Whether the campaign has ended, so that nothing more is published. */
export const isOver = ({ status }: Pick<Campaign, 'status'>): boolean =>
  status === 'completed' || status === 'cancelled' || status === 'archived';

/** Whether it is launched and carries out an applied plan. */
export const isLive = ({ status }: Pick<Campaign, 'status'>): boolean => status === 'running' || status === 'paused';

/** Whether it holds the posts of its slots. */
export const isLaunched = ({ status }: Pick<Campaign, 'status'>): boolean =>
  status === 'launching' || status === 'running' || status === 'paused';

/** Who takes a step, when (UTC) and why. */
export interface Doing {
  by: string;
  now: Date;
  note?: string | null | undefined;
}

/** The campaign after a transition. @throws DomainError `conflict`, `campaign_<status>` */
export const take = (campaign: Campaign, transition: Transition, { by, now, note }: Doing): Campaign => {
  const to = statusAfter(campaign, transition);
  return {
    ...campaign,
    status: to,
    lastStep: {
      version: campaign.version + 1,
      ...{ transition, from: campaign.status, to, at: now.toISOString(), by, note: note ?? null },
    },
  };
};

type Said = Partial<z.infer<z.ZodObject<typeof campaignFields>>>;

/**
 * The campaign with changed descriptive fields.
 * @throws DomainError `conflict` once it has ended, or while it is being launched
 */
export const describe = (campaign: Campaign, said: Said): Campaign => {
  if (isOver(campaign) || campaign.status === 'launching') throw refusal(campaign, 'be changed');
  return { ...campaign, ...said };
};

/**
 * The campaign with the next version of its plan. Checks, reviews and approvals of the previous version no longer
 * apply, and a running check is ended. In a launched campaign the new version takes effect only when it is applied.
 * @throws DomainError `conflict` unless it is a draft or live; `campaign_changing`
 */
export const replan = (campaign: Campaign, slotCount: number): Campaign => {
  if (campaign.status !== 'draft' && !isLive(campaign)) throw refusal(campaign, 'be replanned');
  assertNotChanging(campaign);
  const planVersion = campaign.planVersion + 1;
  const { check } = campaign;
  // It gathers the slots of the previous version; its report would pass for one of this version.
  const ended = check?.status === 'running' ? { ...check, status: 'failed' as const } : check;
  return { ...campaign, planVersion, slotCount, check: ended, review: isLive(campaign) ? campaign.review : null };
};

/** @throws DomainError `conflict`, `campaign_changing` */
export const assertNotChanging = (campaign: Campaign): void => {
  if (!isChanging(campaign)) return;
  const said = 'A newer plan of the campaign is being applied. Wait until it is done.';
  throw new DomainError('conflict', 'campaign_changing', said);
};

/**
 * Sets or removes the experiment of the campaign.
 * @throws DomainError `conflict` unless it is a draft: once in review or launched, an experiment does not change
 */
export const registerExperiment = (campaign: Campaign, experiment: CampaignExperiment | null): Campaign => {
  if (campaign.status !== 'draft') throw refusal(campaign, 'get another experiment');
  assertPlanned(campaign);
  return { ...campaign, experiment };
};

/** The campaign's experiment. @throws DomainError `experiment_not_found` */
export const experimentOf = ({ experiment }: Campaign): CampaignExperiment => {
  if (!experiment) throw notFound('experiment', 'The campaign has no experiment.');
  return experiment;
};

/**
 * Records a sign-off: the experiment may begin although a verdict is unlikely.
 * @throws DomainError `experiment_not_found`; `conflict` once it is launched
 */
export const signOffExperiment = (campaign: Campaign, { by, now, note }: Doing & { note: string }): Campaign => {
  if (isOver(campaign) || isLaunched(campaign)) throw refusal(campaign, 'have its experiment signed off');
  const experiment = experimentOf(campaign);
  return { ...campaign, experiment: { ...experiment, signedOff: { by, at: now.toISOString(), note } } };
};

/** Records the final outcome of the experiment. */
export const concludeExperiment = (
  campaign: Campaign,
  conclusion: NonNullable<CampaignExperiment['conclusion']>,
): Campaign => (campaign.experiment ? { ...campaign, experiment: { ...campaign.experiment, conclusion } } : campaign);

/**
 * Begins another check, in place of a running one. In a launched campaign it checks what is left to do.
 * @throws DomainError `conflict` while it is being launched or changed, once it is over, or without a plan
 */
export const beginCheck = (campaign: Campaign, requestedBy: CampaignActor, now: Date): Campaign => {
  if (isOver(campaign) || campaign.status === 'launching') throw refusal(campaign, 'be checked');
  assertNotChanging(campaign);
  assertPlanned(campaign);
  const { check, planVersion } = campaign;
  return {
    ...campaign,
    check: {
      ...{ number: (check?.number ?? 0) + 1, status: 'running', planVersion },
      ...{ requestedAt: now.toISOString(), requestedBy },
    },
  };
};

/** @throws DomainError `conflict`: `campaign_is_template`, `campaign_without_plan` */
export const assertPlanned = ({ planVersion, isTemplate }: Campaign): void => {
  if (isTemplate) {
    throw new DomainError(
      'conflict',
      'campaign_is_template',
      'The campaign is a template. Clone it and use the clone.',
    );
  }
  if (planVersion > 0) return;
  throw new DomainError('conflict', 'campaign_without_plan', 'The campaign has no plan. Add one first.');
};

/** Maximum age of a launch report: accounts and limits change. */
const freshMs = 7 * dayMs;

/**
 * Returns the report that a caller names: it must be the latest, of the current plan, and less than a week old.
 * @throws DomainError `launch_report_outdated`
 */
const namedReport = ({ report, planVersion }: Campaign, named: string, now: Date): NonNullable<Campaign['report']> => {
  const isCurrent = report?.planVersion === planVersion && now.getTime() - Date.parse(report.checkedAt) < freshMs;
  if (isCurrent && report.version === named) return report;
  const said = isCurrent
    ? `There is a newer launch report. Review the report ${report.version} first.`
    : 'There is no launch report of the latest plan from the last 7 days. Check the campaign first.';
  throw new DomainError('conflict', 'launch_report_outdated', said);
};

/** Submits the campaign for review of exactly what its report lists. @throws DomainError `conflict` */
export const submit = (campaign: Campaign, reportVersion: string, submitter: CampaignActor, doing: Doing): Campaign => {
  const submitted = take(campaign, 'submit', doing);
  const { checkId } = namedReport(campaign, reportVersion, doing.now);
  const review: Review = {
    ...{ reportVersion, checkId, submitter, approver: null },
    submittedBy: submitter.personId,
    submittedAt: doing.now.toISOString(),
    decidedBy: null,
    decidedAt: null,
    ...{ approvedParts: 0, approvedPosts: 0, refusedPosts: [], voidedPosts: [] },
  };
  return { ...submitted, review };
};

/**
 * Approves the campaign with exactly what its review lists.
 * @param reportVersion the report that the approver has seen
 * @throws DomainError `conflict`: by its status, or `launch_report_outdated`
 */
export const approve = (campaign: Campaign, reportVersion: string, approver: CampaignActor, doing: Doing): Campaign => {
  const approved = take(campaign, 'approve', doing);
  const { review } = campaign;
  if (review?.reportVersion !== reportVersion) {
    const said = `The campaign was submitted with the launch report ${review?.reportVersion ?? ''}. Pass that one as \`reportVersion\`.`;
    throw new DomainError('conflict', 'launch_report_outdated', said);
  }
  const decided = { decidedBy: approver.personId, decidedAt: doing.now.toISOString() };
  return { ...approved, review: { ...review, approver, ...decided } };
};

/** A launch without progress for this long has stalled and can be requested again. */
const stalledMs = 2 * minuteMs;

/**
 * Begins the launch, or repeats a stalled one.
 * @throws DomainError `conflict`: by its status; `launch_report_outdated`
 */
export const beginLaunch = (
  campaign: Campaign,
  reportVersion: string,
  requestedBy: CampaignActor,
  doing: Doing,
): Campaign => {
  const isToRepeat = campaign.status === 'launching' && isStalled(campaign, doing.now);
  const launching = isToRepeat ? campaign : take(campaign, 'launch', doing);
  namedReport(campaign, reportVersion, doing.now);
  const from = campaign.status === 'launching' ? (campaign.launch?.from ?? 'draft') : campaign.status;
  const requestedAt = doing.now.toISOString();
  return {
    ...launching,
    startedAt: requestedAt,
    launch: {
      ...newLaunch(campaign, requestedBy, reportVersion, doing),
      kind: 'launch',
      from: from === 'approved' ? 'approved' : 'draft',
      total: campaign.slotCount,
    },
  };
};

const isStalled = ({ updatedAt }: Campaign, now: Date): boolean => now.getTime() - Date.parse(updatedAt) > stalledMs;

const newLaunch = (
  { launch }: Campaign,
  requestedBy: CampaignActor,
  reportVersion: string,
  { now, note }: Doing,
): Omit<Launch, 'kind' | 'from'> => ({
  number: (launch?.number ?? 0) + 1,
  requestedBy,
  requestedAt: now.toISOString(),
  reportVersion,
  note: note ?? null,
  ...{ done: 0, total: 0, claims: 0, endedAt: null, leftAlone: [], failure: null },
});

/**
 * Begins to apply the newer version of the plan to a launched campaign, which stays running or paused meanwhile.
 * @throws DomainError `conflict`: by its status; `campaign_changing`; `plan_applied` if there is no newer version;
 * `launch_report_outdated`
 */
export const beginChange = (
  campaign: Campaign,
  reportVersion: string,
  requestedBy: CampaignActor,
  doing: Doing,
): Campaign => {
  const { status } = campaign;
  if (status !== 'running' && status !== 'paused') throw refusal(campaign, 'apply a newer plan');
  if (!isStalled(campaign, doing.now)) assertNotChanging(campaign);
  if (campaign.appliedPlanVersion === campaign.planVersion) {
    const said = 'The latest version of the plan is already in effect. Save a new version first.';
    throw new DomainError('conflict', 'plan_applied', said);
  }
  namedReport(campaign, reportVersion, doing.now);
  const launch: Launch = { ...newLaunch(campaign, requestedBy, reportVersion, doing), kind: 'change', from: status };
  return { ...campaign, launch };
};

/** Whether a newer plan is being applied to the launched campaign. */
export const isChanging = (campaign: Pick<Campaign, 'status' | 'launch'>): boolean =>
  isLive(campaign) &&
  campaign.launch?.kind === 'change' &&
  campaign.launch.failure === null &&
  campaign.launch.endedAt === null;

/** Whether that launch or change is still in progress. */
export const isLaunching = (campaign: Campaign, number: number): boolean =>
  campaign.launch?.number === number && (campaign.status === 'launching' || isChanging(campaign));

/** The campaign as it was before a failed launch or change, whose claims no longer count. */
export const abandonLaunch = (
  campaign: Campaign,
  launch: Launch,
  failure: NonNullable<Launch['failure']>,
): Campaign => ({
  ...campaign,
  ...(launch.kind === 'launch' && { status: launch.from }),
  launch: { ...launch, failure },
});

/** The launched campaign, with its first run begun. */
export const start = (campaign: Campaign, doing: Doing): Campaign => ({
  ...take(campaign, 'start', doing),
  ...withApplied(campaign, doing),
  startedRun: campaign.run + 1,
});

/**
 * The campaign once its newer plan is completely set up; a new run plans what was added. `startedAt` stays, as slots
 * that the plan did not change were requested before, and later decisions on their posts still count.
 */
export const applied = (campaign: Campaign, doing: Doing): Campaign => ({
  ...campaign,
  ...withApplied(campaign, doing),
});

const withApplied = ({ launch, planVersion, run }: Campaign, { now }: Doing) => ({
  run: run + 1,
  appliedPlanVersion: planVersion,
  launch: launch && { ...launch, done: launch.total, endedAt: now.toISOString() },
});

/** When posts began to be missed: at the pause, or at an earlier one whose missed posts are not dealt with yet. */
export const missedSince = ({ catchUp, lastStep, updatedAt }: Campaign): string =>
  catchUp?.since ?? lastStep?.at ?? updatedAt;

/** The resumed campaign, in a new run that deals with missed slots first. What it plans counts as requested now. */
export const resume = (campaign: Campaign, policy: CatchUpPolicy, doing: Doing): Campaign => {
  const run = campaign.run + 1;
  const until = doing.now.toISOString();
  return {
    ...take(campaign, 'resume', doing),
    run,
    startedAt: until,
    startedRun: run,
    catchUp: { run, since: missedSince(campaign), until, policy },
  };
};

/**
 * Whether a post of the campaign may be published now. A completed campaign permits every post: rescheduling a failed
 * one means that it should be published. A cancelled campaign permits posts whose time was set after the cancellation.
 * @param timeSetAt when the post's time was last set (UTC); null if unknown
 * @param cancelledAt when the campaign was cancelled (UTC); null if it was not
 */
export const permitOf = (
  { status, lastStep, updatedAt }: Campaign,
  timeSetAt: string | null = null,
  cancelledAt: string | null = null,
): PermitOutcome['outcome'] => {
  if (status === 'running' || status === 'completed') return 'permitted';
  if (status === 'paused') return 'paused';
  if (status === 'archived' && lastStep?.from === 'completed') return 'permitted';
  const isEnded = status === 'cancelled' || status === 'archived';
  const isSetSince = timeSetAt !== null && Date.parse(timeSetAt) > Date.parse(cancelledAt ?? updatedAt);
  return isEnded && isSetSince ? 'permitted' : 'cancelled';
};

/** The completed campaign, with the outcome of its posts. */
export const complete = (campaign: Campaign, result: NonNullable<Campaign['result']>, doing: Doing): Campaign => ({
  ...take(campaign, 'complete', doing),
  result,
});
