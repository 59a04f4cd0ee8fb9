import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { range } from '#shared/http/range.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { AskedInstant, TimeZone } from '#shared/time.ts';
import { campaignFields, Placement } from '../domain/campaign.ts';
import type { CampaignErrors } from '../domain/error-codes.ts';
import { OptionalNote, refusedIn } from '../domain/lifecycle.ts';
import { maxSlots, Plan } from '../domain/plan.ts';
import { PlanEdit } from '../domain/plan-edit.ts';
import { LocalDate } from '../domain/plan-policies.ts';
import { PlanVersion } from '../domain/plan-version.ts';
import { Conflict, DroppedSlot, PlannedSlot } from '../domain/planned-slot.ts';
import { CampaignView, onCampaign } from '../views.ts';

const operation = capability<CampaignErrors>({
  name: 'Campaign plans',
  group: 'Campaigns',
  description:
    'Plan when a campaign publishes what: recurrences, queue times and fixed times. Preview a plan before you save it.',
});

/** Large enough for a plan of 2,000 slots with template values. */
const largestPlan = 2 * 1024 * 1024;

const Posts = z
  .array(Placement)
  .min(1)
  .max(maxSlots)
  .refine((posts) => new Set(posts.map(({ postId }) => postId)).size === posts.length, 'must not contain a post twice')
  .meta({ description: 'Shorthand for a plan: existing posts, each at a fixed time, without minimum gap' });

const { name, brief, tags, ownerId, goals, budget, utm } = campaignFields;

/** Error codes of a campaign that is neither a draft nor live. */
const notPlannable = [
  ...refusedIn('in_review', 'approved', 'launching'),
  'campaign_changing',
  ...refusedIn('completed', 'cancelled', 'archived'),
] as const;

const refusedPlan = ['invalid_plan', 'invalid_time_zone'] as const;
/** For plans of campaigns that may have an experiment. */
const refusedChange = [...refusedPlan, 'invalid_experiment'] as const;

export const createCampaign = operation({
  id: 'createCampaign',
  method: 'POST',
  path: '/v1/campaigns',
  summary: 'Create a campaign as a draft',
  description:
    'Give a `plan`, or a list of `posts` and times, or neither and add a plan later. Nothing is published before the ' +
    'launch: check the campaign, read its launch report, then launch it.',
  access: 'campaigns:write',
  request: {
    body: z
      .strictObject({
        name,
        timeZone: TimeZone,
        brief: brief.default(null),
        tags: tags.default([]),
        ownerId: ownerId.default(null),
        goals: goals.default([]),
        budget: budget.default(null),
        utm: utm.default(null),
        isTemplate: z
          .boolean()
          .default(false)
          .meta({ description: 'Whether it is a template: it can be cloned, but not launched' }),
        plan: Plan.optional(),
        posts: Posts.optional(),
      })
      .refine(({ plan, posts }) => !plan || !posts, { error: 'must not be given with `plan`', path: ['posts'] }),
  },
  response: CampaignView,
  errors: { invalid: refusedPlan, 'not-found': ['post_not_found'], conflict: ['changed_meanwhile'] },
  etag: true,
  location: '/v1/campaigns/{id}',
  maxBodyBytes: largestPlan,
});

export const getCampaignPlan = operation({
  id: 'getCampaignPlan',
  method: 'GET',
  path: '/v1/campaigns/{campaignId}/plan',
  summary: 'Get the plan of a campaign',
  access: 'campaigns:read',
  request: {
    path: onCampaign,
    query: z.strictObject({
      version: z.coerce.number().int().min(1).optional().meta({ description: 'Version of the plan; default: latest' }),
    }),
  },
  response: z
    .object({ version: PlanVersion, plan: Plan })
    .meta({ id: 'CampaignPlan', description: 'A version of the plan' }),
  errors: { 'not-found': ['campaign_not_found', 'plan_version_not_found'] },
});

export const replaceCampaignPlan = operation({
  id: 'replaceCampaignPlan',
  method: 'PUT',
  path: '/v1/campaigns/{campaignId}/plan',
  summary: 'Replace the plan of a campaign',
  description:
    'Saves a new version of the plan; earlier versions stay readable. Check the campaign again: the latest report is ' +
    'about the version before. A running or paused campaign keeps to its applied version until you apply the new one.',
  access: 'campaigns:write',
  request: {
    path: onCampaign,
    body: z
      .strictObject({ plan: Plan.optional(), posts: Posts.optional(), note: OptionalNote })
      .refine(({ plan, posts }) => (plan === undefined) !== (posts === undefined), {
        error: 'must be given if and only if `posts` is not',
        path: ['plan'],
      }),
  },
  response: CampaignView,
  errors: {
    invalid: refusedChange,
    'not-found': ['campaign_not_found', 'post_not_found'],
    conflict: [...notPlannable, 'changed_meanwhile'],
  },
  ifMatch: 'required',
  maxBodyBytes: largestPlan,
});

export const editCampaignPlan = operation({
  id: 'editCampaignPlan',
  method: 'POST',
  path: '/v1/campaigns/{campaignId}/plan/edits',
  summary: 'Change slots of the plan of a campaign',
  description:
    'Changes one slot, that slot and the following ones of its track, or all slots of the track, as a new version. A ' +
    'running or paused campaign keeps to its applied version until you apply the new one.',
  access: 'campaigns:write',
  request: { path: onCampaign, body: z.strictObject({ edit: PlanEdit, note: OptionalNote }) },
  response: CampaignView,
  status: 200,
  errors: {
    invalid: refusedChange,
    'not-found': ['campaign_not_found', 'plan_version_not_found'],
    conflict: [...notPlannable, 'changed_meanwhile'],
  },
  ifMatch: 'required',
  maxBodyBytes: largestPlan,
});

export const listCampaignPlanVersions = operation({
  id: 'listCampaignPlanVersions',
  method: 'GET',
  path: '/v1/campaigns/{campaignId}/plan/versions',
  summary: 'List the versions of a plan, newest first',
  description: 'Each with who saved it, when, why, and what it changed.',
  access: 'campaigns:read',
  request: { path: onCampaign, query: pageQuery({}) },
  response: pageOf(PlanVersion),
  errors: { 'not-found': ['campaign_not_found'] },
});

export const previewCampaignPlan = operation({
  id: 'previewCampaignPlan',
  method: 'POST',
  path: '/v1/campaigns/{campaignId}/plan/preview',
  summary: 'Preview the next slots of a plan',
  description:
    'Expands the saved plan, the `plan` given, or the saved plan with the `edit` given. Each slot has its local and UTC ' +
    'time and the reasons for that time; `conflicts` lists slots that collide or break a rule of the plan. Nothing is saved.',
  access: 'campaigns:read',
  request: {
    path: onCampaign,
    body: z
      .strictObject({
        plan: Plan.optional(),
        edit: PlanEdit.optional(),
        after: AskedInstant.optional().meta({ description: 'Slots from this time on; default: now' }),
        limit: z.int().min(1).max(maxSlots).default(50).meta({ description: 'Maximum number of slots' }),
      })
      .refine(({ plan, edit }) => !plan || !edit, { error: 'must not be given with `plan`', path: ['edit'] }),
  },
  response: z
    .object({
      slots: z.array(PlannedSlot).meta({ description: 'Next slots in order of time' }),
      dropped: z.array(DroppedSlot).meta({
        description:
          'Slots left out between `after` and the last slot listed, and those that never had a time; the last reason says why',
      }),
      conflicts: z.array(Conflict).meta({ description: 'All conflicts of the plan' }),
      remaining: z.int().meta({ description: 'Number of slots still to come, including those not listed' }),
    })
    .meta({ id: 'PlanPreview', description: 'The next slots of a plan' }),
  status: 200,
  errors: { invalid: refusedPlan, 'not-found': ['campaign_not_found', 'plan_version_not_found'] },
  idempotency: 'inherent',
  maxBodyBytes: largestPlan,
  limit: 'costly',
});

export const importCampaignBlackouts = operation({
  id: 'importCampaignBlackouts',
  method: 'POST',
  path: '/v1/campaigns/{campaignId}/plan/blackouts',
  summary: 'Import blackouts from an iCalendar file',
  description:
    'Adds the events of the calendar between the two days to the blackouts of the plan, as a new version. Blackouts that ' +
    'the plan already has are not added again; if none is new, the version stays.',
  access: 'campaigns:write',
  request: {
    path: onCampaign,
    body: z
      .strictObject({
        calendar: z
          .string()
          .min(1)
          .max(256 * 1024)
          .meta({ description: 'Text of an iCalendar file (RFC 5545)' }),
        from: LocalDate.meta({
          description: 'First day, in the time zone of each event (that of the plan if the event names none)',
        }),
        to: LocalDate.meta({ description: 'Last day (inclusive), in the same time zone' }),
        note: OptionalNote,
      })
      .check(range()),
  },
  response: z
    .object({
      campaign: CampaignView,
      imported: z.int().meta({ description: 'Number of blackouts that were added' }),
      leftOut: z
        .array(
          z.object({
            name: z.string(),
            code: z.string().meta({
              description:
                'Machine-readable reason; stable: `cancelled`, `without_start`, `without_length`, `out_of_range`, ' +
                '`unknown_time_zone` (only IANA names are known), `rdate_unsupported`, `too_many_recurring`, or why its ' +
                'recurrence rule cannot be expanded',
              examples: ['unknown_time_zone'],
            }),
          }),
        )
        .meta({ description: 'Events that were not imported, and why' }),
    })
    .meta({ id: 'ImportedBlackouts' }),
  status: 200,
  errors: {
    invalid: refusedChange,
    'not-found': ['campaign_not_found', 'plan_version_not_found'],
    conflict: [...notPlannable, 'changed_meanwhile'],
  },
  etag: false,
  maxBodyBytes: 512 * 1024,
  limit: 'costly',
});

export const operations = [
  createCampaign,
  getCampaignPlan,
  replaceCampaignPlan,
  editCampaignPlan,
  listCampaignPlanVersions,
  previewCampaignPlan,
  importCampaignBlackouts,
] as const;
