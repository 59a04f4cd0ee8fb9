import * as z from 'zod';
import { Instant } from '#shared/time.ts';

/** A million dollars, in micro-dollars. */
const maxMicros = 1_000_000_000_000;

/** What a campaign may spend at X over its whole plan. It pauses before a post that would exceed a cap. */
export const Budget = z
  .strictObject({
    maxMicros: z
      .int()
      .min(0)
      .max(maxMicros)
      .nullable()
      .default(null)
      .meta({
        description: 'Maximum cost of posts in micro-dollars (millionths of a US dollar); null: no cap',
        examples: [5_000_000],
      }),
    maxPosts: z
      .int()
      .min(0)
      .max(1_000_000)
      .nullable()
      .default(null)
      .meta({ description: 'Maximum number of posts, a thread counting as one; null: no cap' }),
    warnAtPercent: z
      .array(z.int().min(1).max(100))
      .max(5)
      .default([50, 80])
      .refine(
        (lines) => lines.every((line, place) => line > (lines[place - 1] ?? 0)),
        'must be in ascending order without duplicates',
      )
      .meta({ description: 'Percentages of a cap at which a warning is issued, in ascending order' }),
  })
  .refine(({ maxMicros, maxPosts }) => maxMicros !== null || maxPosts !== null, {
    error: 'must cap money, posts, or both',
    path: ['maxMicros'],
  })
  .meta({
    id: 'CampaignBudget',
    description: 'Maximum spending of the campaign at X; it pauses before a post that would exceed either cap',
  });
export type Budget = z.infer<typeof Budget>;

export const Amount = z
  .object({
    micros: z.int().min(0).meta({ description: 'Cost in micro-dollars' }),
    posts: z.int().min(0).meta({ description: 'Number of posts' }),
  })
  .meta({ id: 'CampaignAmount', description: 'Cost and number of posts' });
export type Amount = z.infer<typeof Amount>;

export const CapKind = z
  .enum(['money', 'posts'])
  .meta({ description: 'Cap of the budget: its `maxMicros` or its `maxPosts`' });
export type CapKind = z.infer<typeof CapKind>;

/** A warning threshold of the budget that the spending has reached. */
export const BudgetWarning = z.object({ of: CapKind, percent: z.int().meta({ description: 'Percentage of the cap' }) });
export type BudgetWarning = z.infer<typeof BudgetWarning>;

/** How the spending compares with the plan at an instant. */
export const Pace = z
  .object({
    timeShare: z.number().min(0).max(1).meta({ description: 'Elapsed share of the time of the plan, 0 to 1' }),
    spent: Amount.meta({ description: 'Spent so far' }),
    planned: Amount.meta({ description: 'What the plan would have spent by now' }),
    even: z
      .object({
        micros: z.int().nullable().meta({ description: 'Micro-dollars; null: no cap' }),
        posts: z.int().nullable().meta({ description: 'Number of posts; null: no cap' }),
      })
      .meta({ description: 'What would have been spent by now if the caps were spent evenly over time' }),
    standing: z
      .enum(['behind', 'on_plan', 'ahead'])
      .meta({ description: 'Cost compared with the plan; `on_plan`: within 10%' }),
  })
  .meta({ id: 'CampaignPace', description: 'Spending so far compared with the plan' });
export type Pace = z.infer<typeof Pace>;

/** Expected final spending, if all remaining posts are published as planned, at the prices of their time. */
export const Forecast = z
  .object({
    total: Amount.meta({ description: 'Spent so far plus all remaining posts, regardless of the caps' }),
    /** The same, up to the first post that would exceed the budget. */
    withinCap: Amount.meta({ description: 'Spent so far plus the remaining posts that the caps allow' }),
    pausesAt: z
      .object({
        slotKey: z.string().meta({ description: 'Slot of the post' }),
        publishAt: Instant.meta({ description: 'Planned time of the post (UTC)' }),
        of: CapKind,
      })
      .nullable()
      .meta({
        description: 'First post that exceeds the budget, at which the campaign pauses; null: none',
      }),
    postsLeftOut: z.int().min(0).meta({ description: 'Number of posts from that one on, which are not published' }),
    warnings: z
      .array(BudgetWarning.extend({ at: Instant.meta({ description: 'When it is reached (UTC)' }) }))
      .meta({ description: 'Warnings still to come' }),
  })
  .meta({
    id: 'CampaignForecast',
    description: 'Spending if all remaining posts are published as planned, at the prices of their time',
  });
export type Forecast = z.infer<typeof Forecast>;
