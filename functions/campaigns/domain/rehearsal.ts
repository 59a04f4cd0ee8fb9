import * as z from 'zod';
import { AccountId } from '#shared/ids.ts';
import { AskedInstant, Instant } from '#shared/time.ts';
import { Amount } from './budget.ts';
import { maxSlots } from './plan.ts';
import { SlotKey } from './planned-slot.ts';
import { XLimits } from './x-limits.ts';

const share = z.number().min(0).max(1);
const rises = ({ from, to }: { from: string; to: string | null }): boolean =>
  to === null || Date.parse(from) < Date.parse(to);
const notBefore = { error: 'must be after `from`', path: ['to'] };

/** Faults of X. Shares refer to calls that send a post; the seed decides which. */
export const XFaults = z.strictObject({
  rateLimitShare: share
    .default(0)
    .meta({ description: 'Share of calls to which X responds with 429 although the limit is not reached' }),
  noAnswerShare: share
    .default(0)
    .meta({ description: 'Share of calls without a definite response (5xx, timeout, lost connection)' }),
  landedShare: share.default(0.5).meta({ description: 'Share of the calls without a response whose post X created' }),
  outages: z
    .array(z.strictObject({ from: AskedInstant, to: AskedInstant }).refine(rises, notBefore))
    .max(20)
    .default([])
    .meta({ description: 'Periods in which X does not respond and creates nothing' }),
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

/** The model of X in a rehearsal. Prices are those of the price list at the time of each post. */
export const XModel = z.strictObject({
  limits: XLimits.prefault({}).meta({ description: 'How many posts X accepts' }),
  othersPerDay: z.int().min(0).default(0).meta({ description: 'Posts of other workspaces per UTC day, spread evenly' }),
  otherWorkspaces: z
    .int()
    .min(0)
    .default(0)
    .meta({ description: 'Number of workspaces that publish the posts of `othersPerDay`' }),
  faults: XFaults.prefault({}).meta({ description: 'Faults of X to simulate' }),
});
export type XModel = z.infer<typeof XModel>;

/** What happens to a late post; the delay counts from its planned time, whatever caused it. */
export const LatenessPolicy = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('publish_late'),
    withinMinutes: z.int().min(1).max(43_200).meta({ description: 'Maximum delay in minutes' }),
  }),
  z.strictObject({ kind: z.literal('skip') }),
  z.strictObject({ kind: z.literal('ask') }),
]);
export type LatenessPolicy = z.infer<typeof LatenessPolicy>;

const settings = {
  seed: z
    .string()
    .min(1)
    .max(64)
    .meta({ description: 'Seed of random faults and delays; the same seed gives the same rehearsal' }),
  x: XModel.prefault({}).meta({ description: 'Model of X: limits, other posts of the app, and faults' }),
};

export const RehearsalSettings = z.strictObject(settings);
export type RehearsalSettings = z.infer<typeof RehearsalSettings>;

/** A request to rehearse a plan. */
export const RehearsalRequest = z
  .strictObject({
    ...settings,
    limit: z.int().min(0).max(maxSlots).default(maxSlots).meta({
      description: 'Maximum number of slots in the response; totals always cover all slots',
    }),
  })
  .meta({ id: 'RehearsalRequest' });

export const RehearsedOutcome = z.enum(['published', 'failed', 'held', 'missed']).meta({
  description: '`published`: on X; `failed`: X rejected it; `held`: waits for a person; `missed`: too late to publish',
});
export type RehearsedOutcome = z.infer<typeof RehearsedOutcome>;

export const RehearsedSlot = z
  .object({
    slotKey: SlotKey,
    accountId: AccountId,
    outcome: RehearsedOutcome,
    dueAt: Instant.meta({ description: 'Planned time (UTC)' }),
    publishedAt: Instant.nullable().meta({
      description: 'When its last part was published (UTC); null: not published',
    }),
    latenessMs: z
      .int()
      .nullable()
      .meta({
        description:
          'Milliseconds from its planned time to its first part on X (receipts and analytics count to the last part); null: ' +
          'not published',
      }),
    tries: z.int().min(0).meta({ description: 'Number of calls that sent it to X: at least one per part of a thread' }),
    costMicros: z.int().min(0).meta({ description: 'X API cost in micro-dollars' }),
    code: z.string().nullable().meta({ description: 'Machine-readable reason why it was not published; null: it was' }),
    reason: z.string().nullable().meta({ description: '`code` as a sentence; null: it was published' }),
  })
  .meta({ id: 'RehearsedSlot' });
export type RehearsedSlot = z.infer<typeof RehearsedSlot>;

export const RehearsedLimit = z.enum(['account_window', 'account_day', 'app_day']).meta({
  description:
    '`account_window`: posts of an account in 15 minutes; `account_day`: posts of an account in a UTC day; `app_day`: posts ' +
    'of all workspaces in a UTC day',
});
export type RehearsedLimit = z.infer<typeof RehearsedLimit>;

export const Rehearsal = z
  .object({
    seed: z.string().meta({ description: 'Seed that was used' }),
    outcomes: z
      .object({
        published: z.int().meta({ description: 'Number of slots that are published' }),
        failed: z.int().meta({ description: 'Number of slots that X rejects' }),
        held: z.int().meta({ description: 'Number of slots that wait for a person' }),
        missed: z.int().meta({ description: 'Number of slots that are too late' }),
      })
      .meta({ description: 'Number of slots by outcome' }),
    slots: z.array(RehearsedSlot).meta({ description: 'In the order of their times' }),
    lateness: z
      .object({
        p50Ms: z.int().meta({ description: 'Median delay in milliseconds' }),
        p99Ms: z.int().meta({ description: '99th percentile of the delay in milliseconds' }),
        longestMs: z.int().meta({ description: 'Longest delay in milliseconds' }),
      })
      .nullable()
      .meta({ description: 'Delay of published posts in milliseconds; null: none published' }),
    spent: Amount.meta({
      description: 'X API cost and number of published posts, without subtitles and reads of X',
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
