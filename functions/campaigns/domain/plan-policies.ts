import * as z from 'zod';
import { AccountId } from '#shared/ids.ts';
import { text } from '#shared/text.ts';
import { AskedInstant } from '#shared/time.ts';

const maxWindowMinutes = 7 * 24 * 60;

const exists = (day: string): boolean => {
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
};

/** A day on a calendar. Rules of zones are known from 1970 on, and nobody plans beyond 2099. */
export const LocalDate = z
  .string()
  .regex(/^(19[7-9]\d|20\d\d)-\d\d-\d\d$/, { error: 'must be a day such as 2026-12-24', abort: true })
  .refine(exists, 'must be a day that exists')
  .meta({ description: 'Calendar day', examples: ['2026-12-24'] });

const ClockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 09:30')
  .meta({ description: 'Time on the clock of the zone', examples: ['09:30'] });

/** What a clock on the wall shows, to the minute, without saying where the wall is. */
export const WallTime = z
  .string()
  .regex(/^(19[7-9]\d|20\d\d)-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d$/, {
    error: 'must be a local time such as 2026-11-30T09:30',
    abort: true,
  })
  .refine((wall) => exists(wall.slice(0, 10)), 'must be on a day that exists')
  .meta({ description: 'Local time', examples: ['2026-11-30T09:30'] });

/** A wall time that clocks skip: it is shown as much later as they are put forward, or it is left out. */
export const GapPolicy = z.enum(['shift_later', 'skip']);
/** A wall time that clocks show twice. */
export const OverlapPolicy = z.enum(['first', 'second']);
/** A day that a month is too short for: its last day, or none. */
export const MonthEndPolicy = z.enum(['last_day', 'skip']);
/** Two slots of one account at one instant: the later in plan order moves by the minimum gap, or is left out. */
export const CollisionPolicy = z.enum(['move_later', 'drop']);

/**
 * What becomes of slots that a pause or an outage missed: they go out at once if they are at most so late; they are
 * skipped; all that is left moves by as much as was lost; all that is left shares the time that is left.
 */
export const CatchUpPolicy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('publish_late'), withinMinutes: z.int().min(1).max(maxWindowMinutes) }),
  z.strictObject({ kind: z.literal('skip') }),
  z.strictObject({ kind: z.literal('shift_rest') }),
  z.strictObject({ kind: z.literal('compress') }),
]);
export type CatchUpPolicy = z.infer<typeof CatchUpPolicy>;

export const Policies = z.strictObject({
  gap: GapPolicy.default('shift_later'),
  overlap: OverlapPolicy.default('first'),
  monthEnd: MonthEndPolicy.default('last_day'),
  collision: CollisionPolicy.default('move_later'),
  catchUp: CatchUpPolicy.default({ kind: 'publish_late', withinMinutes: 60 }),
});
export type Policies = z.infer<typeof Policies>;

/** From inclusive, to exclusive; they may cross midnight. */
const QuietHours = z
  .strictObject({ from: ClockTime, to: ClockTime })
  .refine(({ from, to }) => from !== to, { error: 'must end at another time than it begins', path: ['to'] });

/** How close the posts of one account may come, on the clock of the plan's zone. */
export const Spacing = z.strictObject({
  minimumGapMinutes: z.int().min(1).max(1_440).default(1),
  quietHours: QuietHours.nullable().default(null),
  maxPerDay: z.int().min(1).max(100).nullable().default(null),
});
export type Spacing = z.infer<typeof Spacing>;

/** A time in which nothing goes out: whole days of the plan's zone, the last included, or a span that excludes its end. */
export const Blackout = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('days'), name: text(120), from: LocalDate, to: LocalDate })
    .refine(({ from, to }) => from <= to, { error: 'must not be before `from`', path: ['to'] }),
  z
    .strictObject({ kind: z.literal('span'), name: text(120), from: AskedInstant, to: AskedInstant })
    .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { error: 'must be after `from`', path: ['to'] }),
]);
export type Blackout = z.infer<typeof Blackout>;

/** Spacing of one account that differs from the plan's. */
export const AccountSpacing = z.strictObject({ accountId: AccountId, ...Spacing.shape });
