import * as z from 'zod';
import { AccountId } from '#shared/ids.ts';
import { Instant, TimeZone } from '#shared/time.ts';
import { SlotContent } from './plan.ts';
import { CollisionPolicy, GapPolicy, MonthEndPolicy, OverlapPolicy } from './plan-policies.ts';

const minutes = z.number().meta({ description: 'Minutes; negative: earlier' });
const wall = z.string().max(19).meta({ description: 'Local date and time, without UTC offset' });
export const SlotKey = z
  .string()
  .max(65)
  .meta({
    description:
      'Identity of a slot in its plan: id of its track (of the original one, if split), `@`, and `original`. It ' +
      'stays the same when the slot moves.',
    examples: ['teaser@2026-11-24T09:30'],
  });

const reason = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.strictObject({ kind: z.literal(kind), ...shape });

/** One fact about how a slot got its time, or none. Listed in the order applied. */
export const Reason = z
  .discriminatedUnion('kind', [
    // Origin of the time.
    reason('fixed', { instant: Instant }),
    reason('rule', { rule: z.string().meta({ description: 'Recurrence rule (RFC 5545)' }), wallTime: wall }),
    reason('spread', {
      place: z.int().meta({ description: 'Position in the spread' }),
      of: z.int().meta({ description: 'Number of slots in the spread' }),
    }),
    reason('queue_time', { wallTime: wall, timeZone: TimeZone }),
    // Calendar and clock changes.
    reason('month_end', {
      policy: MonthEndPolicy,
      day: z.int().meta({ description: 'Day of the month that the rule asks for' }),
    }),
    reason('gap', { policy: GapPolicy, wallTime: wall, movedByMinutes: minutes }),
    reason('overlap', { policy: OverlapPolicy, wallTime: wall }),
    // Changes by people.
    reason('shifted', { byMinutes: minutes }),
    reason('moved_by_edit', { wallTime: wall }),
    reason('dropped_by_edit', {}),
    reason('content_replaced', {}),
    reason('run_now', { at: Instant }),
    // Rules that keep posts apart.
    reason('collision', { policy: CollisionPolicy, with: SlotKey, movedByMinutes: minutes }),
    reason('jitter', { byMinutes: minutes }),
    reason('minimum_gap', {
      after: SlotKey.nullable().meta({ description: 'Slot to keep the gap to; null: a post outside the plan' }),
      movedByMinutes: minutes,
    }),
    reason('quiet_hours', {
      from: z.string().meta({ description: 'Local time at which they begin' }),
      to: z.string().meta({ description: 'Local time at which they end' }),
      movedByMinutes: minutes,
    }),
    reason('daily_maximum', {
      max: z.int().meta({ description: 'Maximum number of posts per day' }),
      movedByMinutes: minutes,
    }),
    reason('blackout', {
      name: z.string(),
      from: z.string().meta({
        description: "Beginning of the blackout (inclusive): first day in the plan's time zone, or time in UTC",
      }),
      to: z.string().meta({
        description: "End of the blackout: last day (inclusive) in the plan's time zone, or time in UTC (exclusive)",
      }),
    }),
    reason('no_queue_time', { found: z.int().meta({ description: 'Number of free times found in the queue' }) }),
    reason('no_room', {}),
    // Catch-up after a pause, or of new times that have passed.
    reason('published_late', { dueAt: Instant }),
    reason('missed', { dueAt: Instant }),
    reason('rest_shifted', { dueAt: Instant, byMinutes: minutes }),
    reason('compressed', { dueAt: Instant, byMinutes: minutes }),
  ])
  .meta({
    description:
      '`fixed`, `rule`, `spread`, `queue_time`: where its time comes from; `month_end`, `gap`, `overlap`: short months and ' +
      'clock changes; `shifted`: its track was moved; `moved_by_edit`, `dropped_by_edit`, `content_replaced`, `run_now`: ' +
      'changes by people; `collision`, `jitter`, `minimum_gap`, `quiet_hours`, `daily_maximum`, `blackout`: rules of the ' +
      'plan; `no_queue_time`, `no_room`: no free time was found; `published_late`, `missed`, `rest_shifted`, `compressed`: ' +
      'catch-up after a pause',
  });
export type Reason = z.infer<typeof Reason>;

/** One post to be published. */
export const PlannedSlot = z
  .object({
    slotKey: SlotKey,
    trackId: z.string().meta({ description: 'Id of its track in the plan' }),
    accountId: AccountId,
    content: SlotContent,
    publishAt: Instant.meta({ description: 'When it is published (UTC)' }),
    wallTime: wall.meta({ description: '`publishAt` as local time in `timeZone`' }),
    timeZone: TimeZone.meta({ description: 'IANA time zone of its track' }),
    reasons: z.array(Reason).meta({ description: 'Reasons for its time, in the order applied' }),
  })
  .meta({ id: 'PlannedSlot', description: 'A post to be published' });
export type PlannedSlot = z.infer<typeof PlannedSlot>;

export const DroppedSlot = PlannedSlot.extend({
  publishAt: Instant.nullable().meta({ description: 'When it would have been published (UTC); null: it had no time' }),
  wallTime: wall.nullable().meta({ description: '`publishAt` as local time in `timeZone`; null: it had no time' }),
  reasons: z.array(Reason).meta({
    description: 'Reasons for its time, or for having none, in the order applied; the last one says why it is left out',
  }),
}).meta({ id: 'DroppedSlot', description: 'A slot that is left out; its last reason says why' });
export type DroppedSlot = z.infer<typeof DroppedSlot>;

export const ConflictName = z
  .enum([
    'collision',
    'minimum_gap',
    'daily_maximum',
    'quiet_hours',
    'blackout',
    'gap_skipped',
    'no_queue_time',
    'no_room',
    'content_left_over',
  ])
  .meta({
    description:
      '`collision`: two slots of an account had the same time; `minimum_gap`, `daily_maximum`: the slot was moved; ' +
      '`blackout`: it was left out (when a slot is run now, these and `quiet_hours` are the rules that were overridden); ' +
      '`gap_skipped`: its local time does not exist; `no_queue_time`: its queue has no free time left; `no_room`: no time ' +
      'could be found; `content_left_over`: there is more content than slots',
  });

/** A conflict between slots, a slot left out, or content left over: a person should check it. */
export const Conflict = z
  .object({
    name: ConflictName,
    path: z.string().meta({ description: 'Path of the field in the plan', examples: ['tracks.0'] }),
    slotKey: SlotKey.nullable().meta({ description: 'The slot concerned; null: none' }),
    otherSlotKey: SlotKey.nullable().meta({
      description: 'The slot it conflicts with; null: none, or a post outside the plan',
    }),
  })
  .meta({
    id: 'PlanConflict',
    description: 'A conflict between slots of a plan, or between a slot and a rule of the plan',
  });
export type Conflict = z.infer<typeof Conflict>;
