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
  rateLimitShare: share.default(0).meta({ description: 'X answers 429, though its limit is not reached' }),
  noAnswerShare: share
    .default(0)
    .meta({ description: 'A 5xx, a time-out or a cut connection: nobody knows whether X took the post' }),
  landedShare: share.default(0.5).meta({ description: 'Of those without an answer, the posts that X took' }),
  outages: z
    .array(z.strictObject({ from: AskedInstant, to: AskedInstant }).refine(rises, notBefore))
    .max(20)
    .default([])
    .meta({ description: 'Spans in which X answers nothing and takes nothing' }),
  suspensions: z
    .array(
      z
        .strictObject({ accountId: AccountId, from: AskedInstant, to: AskedInstant.nullable() })
        .refine(rises, notBefore),
    )
    .max(20)
    .default([])
    .meta({ description: 'Spans in which X has an account suspended; `to` null: for good' }),
  drawnSuspensions: z.int().min(0).max(20).default(0).meta({
    description: 'So many more accounts are suspended for good, at instants of the plan: the seed draws them',
  }),
});
export type XFaults = z.infer<typeof XFaults>;

/** X as a rehearsal plays it. Prices are those of the price list at the time of each post. */
export const XModel = z.strictObject({
  limits: XLimits.prefault({}),
  othersPerDay: z
    .int()
    .min(0)
    .default(0)
    .meta({ description: 'Posts of other workspaces on a UTC day, spread evenly over it' }),
  otherWorkspaces: z.int().min(0).default(0).meta({ description: 'Workspaces that publish these' }),
  faults: XFaults.prefault({}),
});
export type XModel = z.infer<typeof XModel>;

/** What becomes of a post that is late, counted from its time, whatever kept it back. */
export const LatenessPolicy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('publish_late'), withinMinutes: z.int().min(1).max(43_200) }),
  z.strictObject({ kind: z.literal('skip') }),
  z.strictObject({ kind: z.literal('ask') }),
]);
export type LatenessPolicy = z.infer<typeof LatenessPolicy>;

export const RehearsalSettings = z
  .strictObject({
    seed: z.string().min(1).max(64).meta({ description: 'Draws faults and delays: same seed, same rehearsal' }),
    x: XModel.prefault({}),
  })
  .meta({ id: 'RehearsalSettings' });
export type RehearsalSettings = z.infer<typeof RehearsalSettings>;

/** How a slot ends: on X; refused by X; held until a person does something; too late. */
export const RehearsedOutcome = z.enum(['published', 'failed', 'held', 'missed']);
export type RehearsedOutcome = z.infer<typeof RehearsedOutcome>;

export const RehearsedSlot = z
  .object({
    slotKey: z.string(),
    accountId: AccountId,
    outcome: RehearsedOutcome,
    dueAt: Instant,
    publishedAt: Instant.nullable().meta({ description: 'When its last part went out' }),
    latenessMs: z.int().nullable().meta({ description: 'From its time to its first part on X' }),
    tries: z.int().min(0),
    costMicros: z.int().min(0).meta({ description: 'What X billed for it, in millionths of a US dollar' }),
    code: z.string().nullable().meta({ description: 'Why it is not out; null of one that is' }),
    reason: z.string().nullable(),
  })
  .meta({ id: 'RehearsedSlot' });
export type RehearsedSlot = z.infer<typeof RehearsedSlot>;

export const RehearsedLimit = z.enum(['account_window', 'account_day', 'app_day']);
export type RehearsedLimit = z.infer<typeof RehearsedLimit>;

export const Rehearsal = z
  .object({
    seed: z.string(),
    outcomes: z.record(RehearsedOutcome, z.int()),
    slots: z.array(RehearsedSlot).meta({ description: 'In order of their time' }),
    lateness: z
      .object({ p50Ms: z.int(), p99Ms: z.int(), longestMs: z.int() })
      .nullable()
      .meta({ description: 'Of what went out; null where nothing did' }),
    spent: Amount.meta({
      description: 'What X billed, and posts that went out; without what looking for a post reads',
    }),
    pausedAt: Instant.nullable().meta({ description: 'When the campaign paused because its budget was spent' }),
    limitDays: z
      .array(
        z.object({
          day: z.string().meta({ description: 'UTC' }),
          limit: RehearsedLimit,
          accountId: AccountId.nullable().meta({ description: 'Null of a limit of the whole app' }),
          slots: z.int().meta({ description: 'Slots that had to wait' }),
        }),
      )
      .meta({ description: 'Days that hit one of X’s limits' }),
  })
  .meta({ id: 'Rehearsal' });
export type Rehearsal = z.infer<typeof Rehearsal>;
