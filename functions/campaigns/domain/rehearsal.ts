import * as z from 'zod';
import { AccountId } from '#shared/ids.ts';
import { AskedInstant, Instant } from '#shared/time.ts';
import { Amount } from './budget.ts';
import { XLimits } from './x-limits.ts';

const share = z.number().min(0).max(1);
const rises = ({ from, to }: { from: string; to: string | null }): boolean =>
  to === null || Date.parse(from) < Date.parse(to);
const notBefore = { error: 'must be after `from`', path: ['to'] };

/** What goes wrong at X. Shares are of the calls that send a post; the seed draws which. */
export const XFaults = z.strictObject({
  rateLimitShare: share
    .default(0)
    .meta({ description: 'Share of calls that X answers with 429 although the limit is not reached' }),
  noAnswerShare: share
    .default(0)
    .meta({ description: 'Share of calls without a definite answer (5xx, timeout, lost connection)' }),
  landedShare: share.default(0.5).meta({ description: 'Share of the calls without an answer whose post X created' }),
  outages: z
    .array(z.strictObject({ from: AskedInstant, to: AskedInstant }).refine(rises, notBefore))
    .max(20)
    .default([])
    .meta({ description: 'Periods in which X does not answer and creates nothing' }),
  suspensions: z
    .array(
      z
        .strictObject({ accountId: AccountId, from: AskedInstant, to: AskedInstant.nullable() })
        .refine(rises, notBefore),
    )
    .max(20)
    .default([])
    .meta({ description: 'Periods in which X suspends an account; `to` null: permanently' }),
  drawnSuspensions: z.int().min(0).max(20).default(0).meta({
    description: 'Number of further accounts suspended permanently at random times of the plan; the seed decides',
  }),
});
export type XFaults = z.infer<typeof XFaults>;

/** X as a rehearsal plays it. Prices are those of the price list at the time of each post. */
export const XModel = z.strictObject({
  limits: XLimits.prefault({}),
  othersPerDay: z.int().min(0).default(0).meta({ description: 'Posts of other workspaces per UTC day, spread evenly' }),
  otherWorkspaces: z.int().min(0).default(0).meta({ description: 'Number of workspaces that publish these' }),
  faults: XFaults.prefault({}),
});
export type XModel = z.infer<typeof XModel>;

/** What becomes of a post that is late, counted from its time, whatever kept it back. */
export const LatenessPolicy = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('publish_late'),
    withinMinutes: z.int().min(1).max(43_200).meta({ description: 'Maximum delay in minutes' }),
  }),
  z.strictObject({ kind: z.literal('skip') }),
  z.strictObject({ kind: z.literal('ask') }),
]);
export type LatenessPolicy = z.infer<typeof LatenessPolicy>;

export const RehearsalSettings = z
  .strictObject({
    seed: z
      .string()
      .min(1)
      .max(64)
      .meta({ description: 'Seed of random faults and delays; the same seed gives the same rehearsal' }),
    x: XModel.prefault({}),
  })
  .meta({ id: 'RehearsalSettings' });
export type RehearsalSettings = z.infer<typeof RehearsalSettings>;

export const RehearsedOutcome = z.enum(['published', 'failed', 'held', 'missed']).meta({
  description: '`failed`: X refused it; `held`: it waits for a person to act; `missed`: it was too late',
});
export type RehearsedOutcome = z.infer<typeof RehearsedOutcome>;

export const RehearsedSlot = z
  .object({
    slotKey: z.string(),
    accountId: AccountId,
    outcome: RehearsedOutcome,
    dueAt: Instant.meta({ description: 'Planned time (UTC)' }),
    publishedAt: Instant.nullable().meta({
      description: 'When its last part was published (UTC); null: not published',
    }),
    latenessMs: z
      .int()
      .nullable()
      .meta({ description: 'Milliseconds from its planned time to its first part on X; null: not published' }),
    tries: z.int().min(0).meta({ description: 'Number of attempts to publish it' }),
    costMicros: z.int().min(0).meta({ description: 'X API cost in micro-dollars' }),
    code: z.string().nullable().meta({ description: 'Why it was not published; null: it was' }),
    reason: z.string().nullable().meta({ description: 'The same as a sentence for people' }),
  })
  .meta({ id: 'RehearsedSlot' });
export type RehearsedSlot = z.infer<typeof RehearsedSlot>;

export const RehearsedLimit = z.enum(['account_window', 'account_day', 'app_day']);
export type RehearsedLimit = z.infer<typeof RehearsedLimit>;

export const Rehearsal = z
  .object({
    seed: z.string(),
    outcomes: z.record(RehearsedOutcome, z.int()),
    slots: z.array(RehearsedSlot).meta({ description: 'In the order of their times' }),
    lateness: z
      .object({ p50Ms: z.int(), p99Ms: z.int(), longestMs: z.int() })
      .nullable()
      .meta({ description: 'Delay of published posts in milliseconds; null: none published' }),
    spent: Amount.meta({
      description: 'X API cost and number of published posts, without the cost of looking for posts on X',
    }),
    pausedAt: Instant.nullable().meta({
      description: 'When the campaign paused because its budget was spent (UTC); null: it did not',
    }),
    limitDays: z
      .array(
        z.object({
          day: z.string().meta({ description: 'UTC date' }),
          limit: RehearsedLimit,
          accountId: AccountId.nullable().meta({ description: 'X account; null: limit of the whole app' }),
          slots: z.int().meta({ description: 'Number of slots that had to wait' }),
        }),
      )
      .meta({ description: 'Days on which a limit of X was reached' }),
  })
  .meta({ id: 'Rehearsal' });
export type Rehearsal = z.infer<typeof Rehearsal>;
