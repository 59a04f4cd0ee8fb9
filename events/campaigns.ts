import * as z from 'zod';
import { defineEvent } from '#shared/events/event.ts';
import { AutomationId, CampaignId, PersonId, PostId, SlotId, TemplateId } from '#shared/ids.ts';
import { text } from '#shared/text.ts';
import { Instant, TimeZone } from '#shared/time.ts';

const Run = {
  run: z
    .int()
    .min(1)
    .meta({ description: 'Counts launches, resumptions and applied plans; a newer run replaces the older one' }),
};

/** Unicode category Cc, spelled out: few JSON Schema validators support `\p{Cc}`. */
const control = String.raw`\u0000-\u001f\u007f-\u009f`;

/** A link parameter: visible text on one line. */
const UtmValue = text(100).regex(new RegExp(`^[^${control}]*$`), 'must not contain control characters');

/** Parameters added to the links of a campaign's posts to attribute visits (Google Analytics: campaign parameters). */
export const Utm = z.strictObject({
  source: UtmValue.meta({ description: 'Value of `utm_source`, such as `x`' }),
  medium: UtmValue.meta({ description: 'Value of `utm_medium`, such as `social`' }),
  campaign: UtmValue.meta({ description: 'Value of `utm_campaign`' }),
  term: UtmValue.nullable().default(null).meta({ description: 'Value of `utm_term`; null: omitted' }),
  content: UtmValue.nullable().default(null).meta({ description: 'Value of `utm_content`; null: omitted' }),
});
export type Utm = z.infer<typeof Utm>;

/** Details of a campaign that other contexts use. */
const details = z.object({
  name: z.string().max(120).nullable().default(null).meta({ description: 'Name of the campaign; null: not included' }),
  utm: Utm.nullable().default(null).meta({ description: 'Parameters for its links; null: none' }),
  goals: z
    .array(z.object({ metric: z.string().max(40), target: z.int().min(1) }))
    .max(4)
    .default([])
    .meta({ description: 'Totals that its posts should reach' }),
  budgetMicros: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .meta({ description: 'Cap of its costs in micro-dollars (millionths of a US dollar); null: none' }),
  maturityHours: z.number().positive().nullable().default(null).meta({
    description: 'Age in hours from which the metrics of its posts count in its experiment; null: no experiment',
  }),
});

export const CampaignCreated = defineEvent(
  'campaigns',
  'campaign.created',
  1,
  'A campaign was created.',
  () => details,
);

export const CampaignChanged = defineEvent(
  'campaigns',
  'campaign.changed',
  1,
  'The details, link parameters or experiment of a campaign changed.',
  () => details,
);

export const CampaignLaunched = defineEvent(
  'campaigns',
  'campaign.launched',
  1,
  'A campaign was launched; its posts are published at their planned times.',
  () => z.object(Run),
);

export const CampaignCheckRequested = defineEvent(
  'campaigns',
  'campaign.check_requested',
  1,
  'A launch check of a campaign was requested.',
  () => z.object({ number: z.int().min(1).meta({ description: 'Counts the checks of the campaign' }) }),
);

export const CampaignChecked = defineEvent(
  'campaigns',
  'campaign.checked',
  1,
  'The launch check of a campaign is done; the report is available.',
  () =>
    z.object({
      reportVersion: z.string().meta({ description: 'Version of the report' }),
      canLaunch: z.boolean().meta({ description: 'Whether there are no blockers' }),
    }),
);

const ofReview = z.object({
  reportVersion: z.string().meta({ description: 'Launch report whose content is under review' }),
});

export const CampaignSubmitted = defineEvent(
  'campaigns',
  'campaign.submitted',
  1,
  'A campaign was submitted for review.',
  () => ofReview,
);

export const CampaignApproved = defineEvent(
  'campaigns',
  'campaign.approved',
  1,
  'A campaign was approved with exactly the content that was submitted.',
  () => ofReview,
);

export const CampaignRevised = defineEvent(
  'campaigns',
  'campaign.revised',
  1,
  'A campaign went back to draft: changes were requested, or it was withdrawn.',
  () => z.object({ from: z.string().max(40).meta({ description: 'Status before' }) }),
);

const LaunchKind = z.enum(['launch', 'change']).default('launch').meta({
  description: '`launch`: launch of a campaign; `change`: a newer plan applied to a launched campaign',
});

export const CampaignLaunchRequested = defineEvent(
  'campaigns',
  'campaign.launch_requested',
  1,
  'The launch of a campaign was requested, or a newer plan for a launched one; its slots are being set up.',
  () =>
    z.object({
      number: z.int().min(1).meta({ description: 'Counts launches of the campaign and changes to it' }),
      kind: LaunchKind,
      reportVersion: z.string().meta({ description: 'Version of the launch report named in the request' }),
    }),
);

export const CampaignLaunchFailed = defineEvent(
  'campaigns',
  'campaign.launch_failed',
  1,
  'The launch of a campaign, or the change to a newer plan, failed. A failed launch claims no post; an interrupted change ' +
    '(`launch_failed`) may be in effect in part: check the campaign and apply the plan again.',
  () =>
    z.object({
      number: z.int().min(1).meta({ description: 'Counts launches of the campaign and changes to it' }),
      kind: LaunchKind,
      code: z
        .string()
        .max(64)
        .meta({
          description:
            'Machine-readable reason. `launch_report_outdated`: something differs from the report; `launch_blocked`: the check ' +
            'found blockers; `posts_unusable`: a post was published, deleted or taken by another campaign meanwhile; ' +
            '`launch_failed`: it was interrupted; `invalid_plan` and other codes of plans and experiments: it can no longer ' +
            'be carried out',
        }),
    }),
);

export const CampaignSlotClaimed = defineEvent(
  'campaigns',
  'campaign.slot_claimed',
  1,
  'A campaign that is being launched or changed claimed a post for one of its slots. The entity is the slot.',
  () =>
    z.object({
      campaignId: CampaignId,
      slotId: SlotId,
      postId: PostId,
      variant: z
        .string()
        .max(32)
        .nullable()
        .default(null)
        .meta({ description: 'Variant of the experiment; null: none' }),
      templateId: TemplateId.nullable().default(null).meta({ description: 'Template of the post; null: none' }),
    }),
);

export const CampaignSlotDropped = defineEvent(
  'campaigns',
  'campaign.slot_dropped',
  1,
  'A campaign released the post of a slot: a newer plan leaves it out, or it was missed. The entity is the slot.',
  () =>
    z.object({
      campaignId: CampaignId,
      slotId: SlotId,
      postId: PostId,
      why: z
        .enum(['replanned', 'missed'])
        .optional()
        .meta({ description: 'Reason; omitted: the slot was only claimed' }),
      planVersion: z.int().min(0).optional().meta({
        description:
          'How often the slot had been planned; `campaign.slot_planned` events up to this number are outdated',
      }),
      askedAt: Instant.optional().meta({
        description: 'When this was requested; a time set on the post itself since then takes precedence',
      }),
    }),
);

export const CampaignPlanApplied = defineEvent(
  'campaigns',
  'campaign.plan_applied',
  1,
  'A newer plan of a launched campaign is in effect; slots that it adds are planned from now on.',
  () =>
    z.object({
      ...Run,
      planVersion: z.int().min(1).meta({ description: 'Version of the plan' }),
    }),
);

export const CampaignPlanned = defineEvent(
  'campaigns',
  'campaign.planned',
  1,
  'A version of the plan of a campaign was saved.',
  () =>
    z.object({
      planVersion: z.int().min(1).meta({ description: 'Version of the plan' }),
      slots: z.int().min(0).meta({ description: 'Number of slots that it publishes' }),
      endsAt: Instant.nullable()
        .default(null)
        .meta({ description: 'Time of its last slot (UTC); null: none, or unknown' }),
    }),
);

export const CampaignBudgetWarning = defineEvent(
  'campaigns',
  'campaign.budget_warning',
  1,
  'The spending of a campaign has reached a percentage of a cap of its budget. The entity is the campaign.',
  () =>
    z.object({
      of: z.enum(['money', 'posts']).meta({ description: 'Cap of the budget' }),
      percent: z.int().min(1).max(100).meta({ description: 'Percentage of the cap' }),
      micros: z.int().min(0).meta({ description: 'Spent and reserved, in micro-dollars (millionths of a US dollar)' }),
      posts: z.int().min(0).meta({
        description:
          'Number of posts published (partly published threads count), being published, or held while being published',
      }),
    }),
);

export const CampaignArchived = defineEvent('campaigns', 'campaign.archived', 1, 'A campaign was archived.', () =>
  z.object({}),
);

export const CampaignSlotPlanned = defineEvent(
  'campaigns',
  'campaign.slot_planned',
  1,
  'A publishing time was planned for a post of a running campaign. The entity is the slot.',
  () =>
    z.object({
      campaignId: CampaignId,
      slotId: SlotId,
      postId: PostId,
      publishAt: Instant,
      timeZone: TimeZone,
      planVersion: z
        .int()
        .min(1)
        .meta({ description: 'Counts how often the slot was planned; an event with a lower number is outdated' }),
      askedAt: Instant.optional().meta({
        description:
          'When the campaign was launched, resumed or changed; a time set on the post itself since then takes precedence',
      }),
    }),
);

export const CampaignPaused = defineEvent(
  'campaigns',
  'campaign.paused',
  1,
  'A campaign was paused; its posts are held when they come due.',
  () => z.object({}),
);

export const CampaignResumed = defineEvent(
  'campaigns',
  'campaign.resumed',
  1,
  'A paused campaign was resumed; its catch-up policy decides whether posts that came due during the pause are published ' +
    'late, moved or skipped.',
  () => z.object(Run),
);

export const CampaignCancelled = defineEvent(
  'campaigns',
  'campaign.cancelled',
  1,
  'A campaign was cancelled; posts that are not on X yet are not published.',
  () => z.object({}),
);

export const CampaignCompleted = defineEvent(
  'campaigns',
  'campaign.completed',
  1,
  'A campaign completed: each of its posts was published or will not be.',
  () => z.object({ published: z.int().min(0), notPublished: z.int().min(0) }),
);

export const CampaignExperimentConcluded = defineEvent(
  'campaigns',
  'campaign.experiment_concluded',
  1,
  'The outcome of the experiment of a campaign is final. Sent once per campaign.',
  () =>
    z.object({
      outcome: z
        .enum(['winner', 'no_difference', 'guard_breached', 'sample_ratio_mismatch', 'not_enough_data'])
        .meta({ description: 'Final outcome of the experiment' }),
      variant: z.string().max(32).nullable().meta({
        description: 'Key of the winner, or of the variant with the breached guard or the mismatch; null: none',
      }),
    }),
);

const nameOfAutomation = z.string().max(120).meta({ description: 'Name of the automation' });

export const AutomationChanged = defineEvent(
  'campaigns',
  'automation.changed',
  1,
  'An automation was created, or its definition was replaced. The entity is the automation.',
  () =>
    z.object({
      name: nameOfAutomation,
      definitionVersion: z.int().min(1).meta({ description: 'Version of the definition' }),
    }),
);

export const AutomationSwitched = defineEvent(
  'campaigns',
  'automation.switched',
  1,
  'An automation was switched on or off. The entity is the automation.',
  () => z.object({ name: nameOfAutomation, isOn: z.boolean().meta({ description: 'Whether it is on' }) }),
);

export const AutomationDeleted = defineEvent(
  'campaigns',
  'automation.deleted',
  1,
  'An automation was deleted. The entity is the automation.',
  () => z.object({ name: nameOfAutomation }),
);

const ofRun = { automationId: AutomationId };

export const AutomationTriggered = defineEvent(
  'campaigns',
  'automation.triggered',
  1,
  'A run of an automation began. The entity is the run.',
  () => z.object({ ...ofRun, trigger: z.string().max(80).meta({ description: 'Type of the event, or `schedule`' }) }),
);

export const AutomationResumeRequested = defineEvent(
  'campaigns',
  'automation.resume_requested',
  1,
  'The execution of a run was lost, and a new one is to continue the run. The entity is the run.',
  () => z.object(ofRun),
);

export const AutomationRunEnded = defineEvent(
  'campaigns',
  'automation.run_ended',
  1,
  'A run of an automation ended. The entity is the run.',
  () =>
    z.object({
      ...ofRun,
      status: z.enum(['done', 'failed', 'cancelled', 'stopped']).meta({ description: 'How it ended' }),
      code: z.string().max(80).nullable().meta({ description: 'Why it ended before its last step; null: it did not' }),
      message: z
        .string()
        .max(2_000)
        .nullable()
        .default(null)
        .meta({ description: 'What happened, and what to do; null: all steps were done' }),
      name: nameOfAutomation,
      personId: z.string().meta({ description: 'Id of the person or service account on whose behalf the run acted' }),
    }),
);

export const AutomationLoopStopped = defineEvent(
  'campaigns',
  'automation.loop_stopped',
  1,
  'Automations triggered each other, and the chain was stopped. The entity is the automation that was not started.',
  () =>
    z.object({
      why: z.enum(['circle', 'too_long']).meta({
        description: '`circle`: the chain returned to the automation; `too_long`: five automations led to it',
      }),
      automations: z.array(AutomationId).max(5).meta({ description: 'Automations that led to it, oldest first' }),
      names: z
        .array(z.string().max(120))
        .max(6)
        .meta({ description: 'Names of these automations, and last the name of the one not started' }),
      owners: z
        .array(PersonId)
        .max(6)
        .meta({ description: 'Ids of the people or service accounts that switched them on' }),
      eventType: z.string().max(80).meta({ description: 'Type of the event that would have started it' }),
    }),
);

export const AutomationsStopped = defineEvent(
  'campaigns',
  'automations.stopped',
  1,
  'All automations of the workspace were stopped. The entity is the workspace.',
  () => z.object({}),
);

export const AutomationsResumed = defineEvent(
  'campaigns',
  'automations.resumed',
  1,
  'The automations of the workspace were resumed. The entity is the workspace.',
  () => z.object({}),
);
