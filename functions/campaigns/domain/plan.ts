import * as z from 'zod';
import { AccountId, PostId, TemplateId } from '#shared/ids.ts';
import { AskedInstant, TimeZone } from '#shared/time.ts';
import { AccountSpacing, Blackout, Policies, Spacing, WallTime } from './plan-policies.ts';

/** Slots of one plan, over all its tracks. */
export const maxSlots = 2_000;
/** A year. */
export const maxShiftMinutes = 366 * 24 * 60;
const maxTracks = 50;
const maxAccountsPerTrack = 20;
const maxBlackouts = 500;

const VariableName = z.string().regex(/^[a-z]\w{0,39}$/i, 'must be a letter, then letters, digits and _');
/** What stands in a template's places, for one post. */
export const TemplateValues = z
  .record(VariableName, z.union([z.string().max(4_000), z.number()]))
  .refine((values) => Object.keys(values).length <= 30, 'must have 30 values at most');

/** What one slot publishes. */
export const SlotContent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('post'), postId: PostId }),
  z.strictObject({ kind: z.literal('template'), templateId: TemplateId, values: TemplateValues }),
]);
export type SlotContent = z.infer<typeof SlotContent>;

/** What the slots of a track publish, in their order. X refuses repeated text: each is used once. */
export const TrackContent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('posts'), postIds: z.array(PostId).min(1).max(maxSlots) }),
  z.strictObject({
    kind: z.literal('template'),
    templateId: TemplateId,
    values: z.array(TemplateValues).min(1).max(maxSlots),
  }),
]);
export type TrackContent = z.infer<typeof TrackContent>;

const rises = (instants: readonly string[]): boolean =>
  instants.every((at, place) => place === 0 || Date.parse(instants[place - 1] ?? '') < Date.parse(at));

export const Times = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('fixed'),
    instants: z.array(AskedInstant).min(1).max(maxSlots).refine(rises, 'must rise, each instant once'),
  }),
  z.strictObject({
    kind: z.literal('recurrence'),
    start: WallTime.meta({ description: 'First local time that the rule may match (DTSTART)' }),
    rule: z
      .string()
      .min(1)
      .max(300)
      .meta({
        description: 'Recurrence rule (RFC 5545 RRULE) with COUNT or UNTIL',
        examples: ['FREQ=WEEKLY;BYDAY=MO,TH;COUNT=12'],
      }),
  }),
  z
    .strictObject({
      kind: z.literal('spread'),
      from: AskedInstant,
      to: AskedInstant,
      count: z.int().min(1).max(maxSlots),
    })
    .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { error: 'must be after `from`', path: ['to'] }),
]);
export type Times = z.infer<typeof Times>;

const name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'must be 1 to 40 of a-z, 0-9, _ and -');

/** Which slot of its track, whatever moved it since: its first wall time, its first instant, or its place in a spread. */
export const Original = z.string().min(4).max(24);

/** What somebody changed about one slot. */
export const Override = z.strictObject({
  original: Original,
  wallTime: WallTime.nullable().default(null),
  content: SlotContent.nullable().default(null),
  isDropped: z.boolean().default(false),
});
export type Override = z.infer<typeof Override>;

export const Track = z.strictObject({
  id: name.meta({ description: 'Names the track within its plan' }),
  /** The track that this one was split from: slots keep their identity. Null of one that was not. */
  seriesId: name.nullable().default(null),
  accountIds: z.array(AccountId).min(1).max(maxAccountsPerTrack).meta({
    description: 'Slots of a template alternate over these accounts; posts keep their own, which must be among them',
  }),
  timeZone: TimeZone.nullable().default(null).meta({ description: 'Null: the zone of the plan' }),
  content: TrackContent,
  times: Times,
  /** Only slots whose original is not before `since` and is before `until`: the track was split there. */
  since: Original.nullable().default(null),
  until: Original.nullable().default(null),
  shiftMinutes: z.int().min(-maxShiftMinutes).max(maxShiftMinutes).default(0).meta({
    description: 'All slots go out by so many minutes later than their times say; negative: earlier',
  }),
  jitterMinutes: z.int().min(0).max(120).default(0).meta({
    description: 'Each slot moves by so many minutes at most, to either side, drawn by the seed of the plan',
  }),
  overrides: z.array(Override).max(maxSlots).default([]),
});
export type Track = z.infer<typeof Track>;

/** What goes out when, in rules. `expandPlan` makes slots of it. */
export const Plan = z
  .strictObject({
    timeZone: TimeZone,
    seed: z.string().min(1).max(64).meta({ description: 'Draws the jitter: the same seed gives the same plan' }),
    policies: Policies.prefault({}),
    spacing: Spacing.prefault({}),
    accountSpacing: z.array(AccountSpacing).max(50).default([]),
    blackouts: z.array(Blackout).max(maxBlackouts).default([]),
    tracks: z.array(Track).min(1).max(maxTracks),
  })
  .meta({ id: 'Plan' });
export type Plan = z.infer<typeof Plan>;
