import * as z from 'zod';
import { AccountId, PostId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import { Forecast } from './budget.ts';
import { SlotLeftAlone } from './campaign.ts';
import { SlotKey } from './planned-slot.ts';

/** A finding of the launch check. Blockers prevent the launch, warnings do not. */
export const LaunchCode = z
  .enum([
    // Plan.
    'no_slot',
    'slot_past',
    'slot_too_far',
    // Accounts.
    'account_unknown',
    'account_reconnect_needed',
    'account_suspended',
    'account_locked',
    'account_disconnected',
    'account_degraded',
    'account_limited',
    'automation_unconfirmed',
    // Content.
    'post_unknown',
    'content_unmade',
    'post_published',
    'post_deleted',
    'post_taken',
    'post_too_long',
    'approval_missing',
    'approval_pending',
    'approval_declined',
    'approval_outdated',
    'policy_blocked',
    'policy_warning',
    'media_missing',
    'media_awaiting_upload',
    'repeated_text',
    'link_unmarked',
    // Budgets and limits.
    'budget_too_small',
    'workspace_budget_too_small',
    'app_day_full',
    'app_day_busy',
    'account_day_full',
    'account_window_full',
    // Other campaigns and the experiment.
    'campaign_clash',
    'experiment_cannot_conclude',
  ])
  .meta({ description: 'Machine-readable code; stable; the message of the finding explains it' });
export type LaunchCode = z.infer<typeof LaunchCode>;

/** What a finding is about; a field is null if it does not apply. */
export const LaunchPlace = z
  .object({
    trackId: z.string().nullable().meta({ description: 'Id of the track; null: none' }),
    slotKey: z.string().nullable().meta({ description: 'Identity of the slot; null: none' }),
    postId: PostId.nullable().meta({ description: 'Id of the post; null: none' }),
    accountId: AccountId.nullable().meta({ description: 'Id of the X account; null: none' }),
  })
  .meta({ description: 'What the finding is about; all null: the whole campaign' });
export type LaunchPlace = z.infer<typeof LaunchPlace>;

export const LaunchFinding = z
  .object({
    code: LaunchCode,
    place: LaunchPlace,
    message: z.string().meta({ description: 'What is wrong, as a sentence' }),
    advice: z.string().meta({ description: 'What to do about it' }),
  })
  .meta({ id: 'LaunchFinding', description: 'A problem found by the launch check' });
export type LaunchFinding = z.infer<typeof LaunchFinding>;

const micros = z.int().min(0).meta({ description: 'Micro-dollars (millionths of a US dollar)' });

/** Expected cost of the campaign, if everything is published as planned. */
export const LaunchCost = z
  .object({
    x: z
      .object({
        micros,
        posts: z.int().meta({ description: 'Number of posts on X; each part of a thread counts' }),
        lines: z
          .array(
            z.object({
              parts: z.int().meta({ description: 'Number of parts of the thread; 1 for a single post' }),
              linkParts: z.int().meta({ description: 'Number of parts with a link' }),
              slots: z.int().meta({ description: 'Number of slots' }),
              microsEach: micros.meta({ description: 'Cost of each slot in micro-dollars' }),
              withoutLinksMicrosEach: micros.meta({ description: 'Cost of each slot without links, in micro-dollars' }),
            }),
          )
          .meta({ description: 'Slots grouped by cost, the most expensive first' }),
        cheaper: z
          .object({
            micros: micros.meta({ description: 'Cost without links in micro-dollars' }),
            savedMicros: micros.meta({ description: 'Saving in micro-dollars' }),
            advice: z.string().meta({ description: 'How to save, as a sentence' }),
          })
          .nullable()
          .meta({ description: 'The same campaign without links in its texts; null: it has none' }),
        metricsMicros: micros.meta({
          description: 'Cost of reading the metrics of the posts afterwards, in micro-dollars',
        }),
      })
      .meta({ description: 'Cost of the X API, without subtitles' }),
    aws: z
      .object({
        transitions: z.int().meta({ description: 'Number of state transitions' }),
        writeUnits: z.int().meta({ description: 'Number of write units' }),
        micros,
      })
      .meta({
        description: 'Main AWS costs of publishing: Step Functions state transitions and DynamoDB write units',
      }),
  })
  .meta({ id: 'LaunchCost', description: 'Expected cost of the campaign, if all is published as planned' });
export type LaunchCost = z.infer<typeof LaunchCost>;

/** Maximum number of changed slots that a report lists; the counts cover all. */
export const maxChangesTold = 100;

/** What a newer plan changes in a launched campaign. */
export const PlanChangeReport = z
  .object({
    from: z.int().meta({ description: 'Version of the plan in effect' }),
    to: z.int().meta({ description: 'Version of the plan that was checked' }),
    counts: z
      .object({
        added: z.int().meta({ description: 'New slots' }),
        replaced: z.int().meta({ description: 'Slots with another account or content' }),
        moved: z.int().meta({ description: 'Slots with another time' }),
        dropped: z.int().meta({ description: 'Slots that are left out' }),
        left_alone: z.int().meta({ description: 'Slots that the plan would change, but that stay as they are' }),
        kept: z.int().meta({ description: 'Slots that the plan does not change' }),
      })
      .meta({
        description: 'Number of slots by what happens to them',
      }),
    slots: z
      .array(
        z.object({
          slotKey: SlotKey,
          kind: z.enum(['added', 'replaced', 'moved', 'dropped']).meta({
            description:
              '`added`: a new slot; `replaced`: other content or account; `moved`: another time; `dropped`: left out',
          }),
          publishAt: Instant.nullable().meta({ description: 'When it is published (UTC); null: not at all' }),
        }),
      )
      .meta({ description: `Slots that are changed, at most ${maxChangesTold}` }),
    leftAlone: z
      .array(SlotLeftAlone)
      .meta({ description: `Slots that the plan would change, but that stay as they are; at most ${maxChangesTold}` }),
    backfill: z
      .array(
        z.object({
          slotKey: SlotKey,
          dueAt: Instant.meta({ description: 'Time in the plan (UTC), which has passed' }),
          publishAt: Instant.nullable().meta({
            description:
              'When it would be published instead (UTC), had the plan been applied at the time of the check; null: not at all',
          }),
        }),
      )
      .meta({
        description:
          'New times that have passed, and what the catch-up policy of the plan makes of them; ' +
          `at most ${maxChangesTold}`,
      }),
  })
  .meta({ id: 'PlanChangeReport', description: 'What a newer plan changes in a launched campaign' });
export type PlanChangeReport = z.infer<typeof PlanChangeReport>;

/** Maximum number of findings per code that a report lists; `counts` covers all. */
export const maxTold = 50;

export const LaunchReport = z
  .object({
    version: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .meta({
        description:
          'Digest of what was checked and found; pass it as `reportVersion` to submit, launch or apply (to approve: ' +
          '`review.reportVersion` of the campaign)',
      }),
    checkedAt: Instant.meta({ description: 'When it was checked (UTC)' }),
    canLaunch: z.boolean().meta({ description: 'Whether there are no blockers' }),
    slots: z.int().meta({ description: 'Number of slots to publish' }),
    blockers: z.array(LaunchFinding).meta({
      description: `Findings that prevent the launch, at most ${maxTold} per code`,
    }),
    warnings: z.array(LaunchFinding).meta({
      description: `Findings that do not prevent the launch, at most ${maxTold} per code`,
    }),
    counts: z
      .record(z.string(), z.int())
      .meta({ description: 'Number of findings by code, including those not listed' }),
    cost: LaunchCost,
    forecast: Forecast,
    experiment: z
      .object({
        blocks: z.int().meta({ description: 'Number of blocks' }),
        smallestLift: z
          .number()
          .nullable()
          .meta({
            description:
              'Smallest relative lift that they detect at 80% power if posts vary by a factor of about 1.4 around the level of ' +
              'their block; null: none',
          }),
      })
      .nullable()
      .meta({
        description:
          'Blocks, and the smallest relative lift they detect at 80% power; null: no experiment, or it has been launched',
      }),
    change: PlanChangeReport.nullable()
      .default(null)
      .meta({ description: 'What applying the plan changes in a launched campaign; null: not launched yet' }),
  })
  .meta({ id: 'LaunchReport', description: 'Result of a launch check' });
export type LaunchReport = z.infer<typeof LaunchReport>;
