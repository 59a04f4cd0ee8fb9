import * as z from 'zod';
import { AccountId, PostId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import { Forecast } from './budget.ts';

/** What a launch check finds. A blocker keeps the campaign from being launched, a warning does not. */
export const LaunchCode = z.enum([
  // The plan.
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
  // What there is to spend.
  'budget_too_small',
  'workspace_budget_too_small',
  'app_day_full',
  'app_day_busy',
  'account_day_full',
  'account_window_full',
  // What else goes on.
  'campaign_clash',
  'experiment_cannot_conclude',
]);
export type LaunchCode = z.infer<typeof LaunchCode>;

/** What a finding is about; null where it is about none. */
export const LaunchPlace = z.object({
  trackId: z.string().nullable(),
  slotKey: z.string().nullable(),
  postId: PostId.nullable(),
  accountId: AccountId.nullable(),
});
export type LaunchPlace = z.infer<typeof LaunchPlace>;

export const LaunchFinding = z
  .object({
    code: LaunchCode,
    place: LaunchPlace,
    message: z.string().meta({ description: 'What is wrong, for a marketer' }),
    advice: z.string().meta({ description: 'What to do about it' }),
  })
  .meta({ id: 'LaunchFinding' });
export type LaunchFinding = z.infer<typeof LaunchFinding>;

const micros = z.int().min(0).meta({ description: 'Millionths of a US dollar' });

/** What the campaign is going to cost, if all goes out as planned. */
export const LaunchCost = z
  .object({
    x: z.object({
      micros,
      posts: z.int().meta({ description: 'Posts on X; a thread has several' }),
      lines: z
        .array(
          z.object({
            parts: z.int().meta({ description: 'Posts of the thread; 1 of a single post' }),
            linkParts: z.int().meta({ description: 'Those of them with a link' }),
            slots: z.int(),
            microsEach: micros,
            withoutLinksMicrosEach: micros,
          }),
        )
        .meta({ description: 'Slots that cost the same, the dearest first' }),
      cheaper: z
        .object({ micros, savedMicros: micros, advice: z.string() })
        .nullable()
        .meta({ description: 'The same campaign without links in its texts; null where there are none' }),
      metricsMicros: micros.meta({ description: 'What reading the metrics of its posts costs afterwards' }),
    }),
    aws: z.object({ transitions: z.int(), writeUnits: z.int(), micros }).meta({
      description: 'State transitions and DynamoDB write units, by far the most of what AWS bills for publishing',
    }),
  })
  .meta({ id: 'LaunchCost' });
export type LaunchCost = z.infer<typeof LaunchCost>;

/** Findings of one code that a report tells; `counts` has all. */
export const mostTold = 50;

export const LaunchReport = z
  .object({
    version: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .meta({ description: 'Digest of what was looked at and found: the launch names it' }),
    checkedAt: Instant,
    canLaunch: z.boolean(),
    slots: z.int(),
    blockers: z.array(LaunchFinding).meta({ description: `At most ${mostTold} of one code` }),
    warnings: z.array(LaunchFinding).meta({ description: `At most ${mostTold} of one code` }),
    counts: z.partialRecord(LaunchCode, z.int()).meta({ description: 'How often each was found' }),
    cost: LaunchCost,
    forecast: Forecast,
    experiment: z
      .object({ blocks: z.int(), smallestLift: z.number().nullable() })
      .nullable()
      .meta({ description: 'The smallest relative lift that the plan sees at 80 % power; null without an experiment' }),
  })
  .meta({ id: 'LaunchReport' });
export type LaunchReport = z.infer<typeof LaunchReport>;
