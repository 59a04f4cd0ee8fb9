import * as z from 'zod';
import { Instant } from '#shared/time.ts';

/** A million dollars, in micro-dollars. */
const mostMicros = 1_000_000_000_000;

/** What a campaign may spend at X, over the whole time of its plan. At the first cap that is reached it pauses. */
export const Budget = z
  .strictObject({
    maxMicros: z
      .int()
      .min(0)
      .max(mostMicros)
      .nullable()
      .default(null)
      .meta({
        description: 'Money for posts, in millionths of a US dollar; null: no cap',
        examples: [5_000_000],
      }),
    maxPosts: z
      .int()
      .min(0)
      .max(1_000_000)
      .nullable()
      .default(null)
      .meta({ description: 'Posts, a thread counts as one; null: no cap' }),
    warnAtPercent: z
      .array(z.int().min(1).max(100))
      .max(5)
      .default([50, 80])
      .refine((lines) => lines.every((line, place) => line > (lines[place - 1] ?? 0)), 'must rise, each value once')
      .meta({ description: 'Shares of a cap, in per cent, at which people are warned' }),
  })
  .refine(({ maxMicros, maxPosts }) => maxMicros !== null || maxPosts !== null, {
    error: 'must cap money, posts, or both',
    path: ['maxMicros'],
  })
  .meta({ id: 'CampaignBudget' });
export type Budget = z.infer<typeof Budget>;

/** Money in millionths of a US dollar, and posts. */
export const Amount = z.object({ micros: z.int().min(0), posts: z.int().min(0) }).meta({ id: 'CampaignAmount' });
export type Amount = z.infer<typeof Amount>;

export const CapKind = z.enum(['money', 'posts']);
export type CapKind = z.infer<typeof CapKind>;

/** A line of the budget that the spending has reached. */
export const BudgetWarning = z.object({ of: CapKind, percent: z.int() });
export type BudgetWarning = z.infer<typeof BudgetWarning>;

/** How the spending compares with the plan at an instant. */
export const Pace = z
  .object({
    timeShare: z.number().min(0).max(1).meta({ description: 'Share of the time of the plan that is over' }),
    spent: Amount,
    planned: Amount.meta({ description: 'What the plan would have spent by now' }),
    even: z
      .object({ micros: z.int().nullable(), posts: z.int().nullable() })
      .meta({ description: 'The same share of the caps as of the time; null where there is no cap' }),
    standing: z
      .enum(['behind', 'on_plan', 'ahead'])
      .meta({ description: 'Money spent against the plan: within a tenth of it is on plan' }),
  })
  .meta({ id: 'CampaignPace' });
export type Pace = z.infer<typeof Pace>;

/** Where the spending will stand, if all that is left goes out as planned at the prices of its time. */
export const Forecast = z
  .object({
    total: Amount.meta({ description: 'Spent, and what all that is left would take' }),
    withinCap: Amount.meta({ description: 'The same up to the first post that the budget does not allow' }),
    pausesAt: z
      .object({ slotKey: z.string(), publishAt: Instant, of: CapKind })
      .nullable()
      .meta({ description: 'The first post that the budget does not allow: the campaign pauses there' }),
    postsLeftOut: z.int().min(0).meta({ description: 'Posts that would not go out, that one included' }),
    warnings: z
      .array(BudgetWarning.extend({ at: Instant }))
      .meta({ description: 'Lines of the budget that are still to be reached, and when' }),
  })
  .meta({ id: 'CampaignForecast' });
export type Forecast = z.infer<typeof Forecast>;
