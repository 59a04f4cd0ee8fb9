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

/** A post and the instant it is to go out. */
export const Placement = z
  .strictObject({
    postId: PostId,
    publishAt: AskedInstant.meta({ description: 'When to publish it: RFC 3339 with a UTC offset; stored as UTC' }),
  })
  .meta({ description: 'A post and when to publish it' });
export type Placement = z.infer<typeof Placement>;

/** What the API says of a campaign's link parameters. */
export const utmOf =
  'UTM parameters for links of posts written with `utmFrom`; existing posts are not changed. Null: none.';

/** What a campaign is for, in numbers. */
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

/** What people say about a campaign besides its plan. */
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

/** A check of the plan against all that stands in the way of its launch; it takes a while. */
const Check = z.object({
  // An older one changes nothing any more.
  number: z.int().min(1).meta({ description: 'Counts the checks of the campaign' }),
  status: z.enum(['running', 'done', 'failed']).meta({
    description:
      '`running`: the report is not ready yet; `done`: the report is ready; `failed`: no report; preview the plan to see whether ' +
      'it is still valid, then check again',
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
  /** The check whose parts hold what it lists. */
  checkId: z.string(),
});

/** Why a slot stays as it is, whatever a newer plan says of it. */
export const LeftAlone = z.enum(['published', 'being_published', 'failed', 'dropped']).meta({
  description:
    '`published`: it is on X; `being_published`: it is being sent, or due within a minute; `failed`: publishing failed; ' +
    '`dropped`: it was dropped before',
});
export type LeftAlone = z.infer<typeof LeftAlone>;

/** A slot that a newer plan changes and that stays as it is. */
export const SlotLeftAlone = z
  .object({ slotKey: SlotKey, why: LeftAlone })
  .meta({ id: 'SlotLeftAlone', description: 'A slot that a newer plan would change, but that stays as it is' });

/** Slots that a change lists as left alone. */
export const maxLeftAlone = 50;

/**
 * The launch of a campaign, or a change of one that is launched: its slots are set up one part after the other, the
 * posts of all or of none.
 */
export const Launch = z.object({
  // An older one changes nothing any more.
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
  /** How many of them have a post to be claimed. */
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
    /** The people whose words fill the templates of its plan and experiment: they have a hand in the drafts. */
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
    // The workflow of an older run ends by itself.
    run: z.int().min(0).meta({ description: 'Number of launches, resumptions and applied plans so far' }),
    /** When its launch or resumption was asked for last. */
    startedAt: Instant.nullable(),
    /** The run that this began: runs that a newer plan begins go on with it. */
    startedRun: z.int().min(0).default(0),
    /** The step of a run that paused or resumed it last: one that is tried again has done so already. */
    lastRunStep: z.string().optional(),
    /** What a resumption still has to do about the slots that were missed; null: nothing. */
    catchUp: z
      .object({
        /** The run of the resumption, by which slots remember it. */
        run: z.int().min(1),
        /** What was due from here until there (UTC) was missed. */
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

/** A campaign as it is first written, without a plan. */
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

/** Whether nothing of the campaign goes out any more. */
export const isOver = ({ status }: Pick<Campaign, 'status'>): boolean =>
  status === 'completed' || status === 'cancelled' || status === 'archived';

/** Whether it is launched, so that what it does is a plan that was applied. */
export const isLive = ({ status }: Pick<Campaign, 'status'>): boolean => status === 'running' || status === 'paused';

/** Whether its plan is carried out: it holds the posts of its slots. */
export const isLaunched = ({ status }: Pick<Campaign, 'status'>): boolean =>
  status === 'launching' || status === 'running' || status === 'paused';

/** Who does a step, when (UTC) and why. */
export interface Doing {
  by: string;
  now: Date;
  note?: string | null | undefined;
}

/** The campaign after a step. @throws DomainError `conflict`, `campaign_<status>` */
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
 * The campaign with what people say about it changed.
 * @throws DomainError `conflict` once it has ended, or is being launched
 */
export const describe = (campaign: Campaign, said: Said): Campaign => {
  if (isOver(campaign) || campaign.status === 'launching') throw refusal(campaign, 'changed');
  return { ...campaign, ...said };
};

/**
 * The campaign with the next version of its plan. What was checked, reviewed or approved was the version before. Of a
 * launched campaign it changes nothing that goes out until it is applied. A check under way comes to nothing.
 * @throws DomainError `conflict` unless it is a draft or live; `campaign_changing`
 */
export const replan = (campaign: Campaign, slotCount: number): Campaign => {
  if (campaign.status !== 'draft' && !isLive(campaign)) throw refusal(campaign, 'replanned');
  assertNotChanging(campaign);
  const planVersion = campaign.planVersion + 1;
  const { check } = campaign;
  // It gathers the slots of the version before: its report would pass for one of this version.
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
 * The campaign with this experiment, or with none.
 * @throws DomainError `conflict` unless it is a draft: what is reviewed or launched stays as it was registered
 */
export const registerExperiment = (campaign: Campaign, experiment: CampaignExperiment | null): Campaign => {
  if (campaign.status !== 'draft') throw refusal(campaign, 'given another experiment');
  assertPlanned(campaign);
  return { ...campaign, experiment };
};

/** The campaign's experiment. @throws DomainError `experiment_not_found` */
export const experimentOf = ({ experiment }: Campaign): CampaignExperiment => {
  if (!experiment) throw notFound('experiment', 'The campaign has no experiment.');
  return experiment;
};

/**
 * The campaign with a sign-off: its experiment may begin although a verdict is unlikely.
 * @throws DomainError `experiment_not_found`; `conflict` once it is launched
 */
export const signOffExperiment = (campaign: Campaign, { by, now, note }: Doing & { note: string }): Campaign => {
  if (isOver(campaign) || isLaunched(campaign)) throw refusal(campaign, 'given a sign-off');
  const experiment = experimentOf(campaign);
  return { ...campaign, experiment: { ...experiment, signedOff: { by, at: now.toISOString(), note } } };
};

/** The campaign whose experiment has its final outcome. */
export const concludeExperiment = (
  campaign: Campaign,
  conclusion: NonNullable<CampaignExperiment['conclusion']>,
): Campaign => (campaign.experiment ? { ...campaign, experiment: { ...campaign.experiment, conclusion } } : campaign);

/**
 * The campaign with another check under way; one that runs already is replaced. Of a launched campaign, what is left to
 * do is checked.
 * @throws DomainError `conflict` while it is being launched or changed, once it is over, or without a plan
 */
export const beginCheck = (campaign: Campaign, requestedBy: CampaignActor, now: Date): Campaign => {
  if (isOver(campaign) || campaign.status === 'launching') throw refusal(campaign, 'checked');
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

/** An older report says too little about accounts and limits as they are now. */
const freshMs = 7 * dayMs;

/**
 * The report that a caller names: the latest one, of the plan as it is now, and not older than a week.
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

/** The campaign, submitted for review with exactly what its report lists. @throws DomainError `conflict` */
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
 * The campaign, approved with exactly what its review lists.
 * @param reportVersion what the approver has seen
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

/** A launch without progress for this long has stalled, and may be requested again. */
const stalledMs = 2 * minuteMs;

/**
 * The campaign on its way to its first run.
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
 * The launched campaign on its way to the newer version of its plan. It stays running or paused meanwhile.
 * @throws DomainError `conflict`: by its status; `campaign_changing`; `plan_applied` where there is no newer version;
 * `launch_report_outdated`
 */
export const beginChange = (
  campaign: Campaign,
  reportVersion: string,
  requestedBy: CampaignActor,
  doing: Doing,
): Campaign => {
  const { status } = campaign;
  if (status !== 'running' && status !== 'paused') throw refusal(campaign, 'given a newer plan');
  if (!isStalled(campaign, doing.now)) assertNotChanging(campaign);
  if (campaign.appliedPlanVersion === campaign.planVersion) {
    const said = 'The latest version of the plan is already in effect. Save a new version first.';
    throw new DomainError('conflict', 'plan_applied', said);
  }
  namedReport(campaign, reportVersion, doing.now);
  const launch: Launch = { ...newLaunch(campaign, requestedBy, reportVersion, doing), kind: 'change', from: status };
  return { ...campaign, launch };
};

/** Whether a newer plan of the launched campaign is being carried out. */
export const isChanging = (campaign: Pick<Campaign, 'status' | 'launch'>): boolean =>
  isLive(campaign) &&
  campaign.launch?.kind === 'change' &&
  campaign.launch.failure === null &&
  campaign.launch.endedAt === null;

/** Whether that launch, or change, is still the one under way. */
export const isLaunching = (campaign: Campaign, number: number): boolean =>
  campaign.launch?.number === number && (campaign.status === 'launching' || isChanging(campaign));

/** The campaign as it was before a launch or a change that came to nothing: what it had claimed is free again. */
export const abandonLaunch = (
  campaign: Campaign,
  launch: Launch,
  failure: NonNullable<Launch['failure']>,
): Campaign => ({
  ...campaign,
  ...(launch.kind === 'launch' && { status: launch.from }),
  launch: { ...launch, failure },
});

/** The campaign, launched: its first run begins. */
export const start = (campaign: Campaign, doing: Doing): Campaign => ({
  ...take(campaign, 'start', doing),
  ...withApplied(campaign, doing),
  startedRun: campaign.run + 1,
});

/**
 * The campaign, with all of its newer plan set up: a new run plans what it added. `startedAt` stays: what the plan left
 * as it was, was asked for before, and decisions made on its posts since then still count.
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

/** From when on posts were missed: since the pause, or since an earlier one whose misses are not dealt with yet. */
export const missedSince = ({ catchUp, lastStep, updatedAt }: Campaign): string =>
  catchUp?.since ?? lastStep?.at ?? updatedAt;

/**
 * The campaign, running again in a new run. What is planned in it was asked for now; what the pause missed is dealt with
 * first.
 */
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
 * Whether a post of the campaign may go out at this instant. A completed campaign holds nothing back: rescheduling one
 * of its failed posts means that it should go out. Nor does a cancelled one hold back a post whose time was set since.
 * @param timeSetAt when the post's time was last set (UTC); null when that is not known
 * @param cancelledAt when the campaign was cancelled (UTC); null when it was not
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

/** The campaign, with what became of its posts. */
export const complete = (campaign: Campaign, result: NonNullable<Campaign['result']>, doing: Doing): Campaign => ({
  ...take(campaign, 'complete', doing),
  result,
});
