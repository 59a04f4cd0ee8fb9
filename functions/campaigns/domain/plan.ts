import * as z from 'zod';
import { AccountId, PostId, TemplateId } from '#shared/ids.ts';
import { AskedInstant, TimeZone } from '#shared/time.ts';
import { AccountSpacing, Blackout, Policies, Spacing, WallTime } from './plan-policies.ts';

/** Maximum number of slots per plan, over all tracks. */
export const maxSlots = 2_000;
/** A year. */
export const maxShiftMinutes = 366 * 24 * 60;
const maxTracks = 50;
const maxAccountsPerTrack = 20;
export const maxBlackouts = 500;

const VariableName = z.string().regex(/^[a-z]\w{0,39}$/i, 'must be a letter, then letters, digits and _');
/** Values for the variables of a template, for one post. */
export const TemplateValues = z
  .record(VariableName, z.union([z.string().max(4_000), z.number()]))
  .refine((values) => Object.keys(values).length <= 30, 'must have at most 30 values')
  .meta({ description: 'Values of the variables of the template, by name' });

/** What one slot publishes. */
export const SlotContent = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('post'), postId: PostId }),
    z.strictObject({ kind: z.literal('template'), templateId: TemplateId, values: TemplateValues }),
  ])
  .meta({ description: 'What one slot publishes: an existing post, or a new one made from a template' });
export type SlotContent = z.infer<typeof SlotContent>;

/** X rejects repeated text, so each entry is used once. */
export const TrackContent = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('posts'),
      postIds: z
        .array(PostId)
        .min(1)
        .max(maxSlots)
        .meta({ description: 'One post per slot, in the order of the slots' }),
    }),
    z.strictObject({
      kind: z.literal('template'),
      templateId: TemplateId,
      values: z.array(TemplateValues).min(1).max(maxSlots).meta({
        description: 'Values for one slot each, in the order of the slots',
      }),
    }),
  ])
  .meta({ description: 'What the slots of a track publish, each entry once' });
export type TrackContent = z.infer<typeof TrackContent>;

const rises = (instants: readonly string[]): boolean =>
  instants.every((at, place) => place === 0 || Date.parse(instants[place - 1] ?? '') < Date.parse(at));

export const Times = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('fixed'),
      instants: z
        .array(AskedInstant)
        .min(1)
        .max(maxSlots)
        .refine(rises, 'must be in ascending order without duplicates')
        .meta({
          description: 'Publishing times in ascending order',
        }),
    }),
    z.strictObject({
      kind: z.literal('recurrence'),
      start: WallTime.meta({ description: 'Local time from which the rule applies (DTSTART)' }),
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
        from: AskedInstant.meta({ description: 'Beginning of the period, inclusive' }),
        to: AskedInstant.meta({ description: 'End of the period, exclusive' }),
        count: z.int().min(1).max(maxSlots).meta({
          description: "Number of slots, spread evenly over the free times of the accounts' queues",
        }),
      })
      .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { error: 'must be after `from`', path: ['to'] }),
  ])
  .meta({ description: 'When the slots of a track are published' });
export type Times = z.infer<typeof Times>;

const name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'must be 1 to 40 characters from a-z, 0-9, _ and -');

/** Normalizes a UTC time to the form used in slot keys; returns any other text unchanged. */
const inMilliseconds = (original: string): string => {
  const at = original.endsWith('Z') ? Date.parse(original) : NaN;
  return Number.isNaN(at) ? original : new Date(at).toISOString();
};

export const Original = z
  .string()
  .min(4)
  .max(24)
  .overwrite(inMilliseconds)
  .meta({
    description:
      'Names a slot of its track, wherever it was moved: the part of `slotKey` after `@`. By kind of `times`: the original ' +
      'local time (`recurrence`), the original time in UTC (`fixed`), or the position as four digits (`spread`).',
    examples: ['2026-12-07T09:00', '2026-12-07T08:00:00Z', '0001'],
  });

/** A person's change to one slot. */
export const Override = z.strictObject({
  original: Original,
  wallTime: WallTime.nullable().default(null).meta({ description: 'New local time of the slot; null: not moved' }),
  content: SlotContent.nullable().default(null).meta({ description: 'Other content of the slot; null: unchanged' }),
  isDropped: z.boolean().default(false).meta({ description: 'The slot is left out' }),
});
export type Override = z.infer<typeof Override>;

export const Track = z.strictObject({
  id: name.meta({ description: 'Id of the track, unique in the plan' }),
  seriesId: name.nullable().default(null).meta({
    description: 'Track that this one was split from; its slots keep their identity. Null: not split.',
  }),
  accountIds: z.array(AccountId).min(1).max(maxAccountsPerTrack).meta({
    description:
      'X accounts that publish. Slots of a template use them in turn; a post uses its own, which must be one of these.',
  }),
  timeZone: TimeZone.nullable()
    .default(null)
    .meta({ description: 'IANA time zone of the local times; null: that of the plan' }),
  content: TrackContent,
  times: Times,
  since: Original.nullable().default(null).meta({
    description: 'First slot of a split track, inclusive; null: from the beginning',
  }),
  until: Original.nullable().default(null).meta({
    description: 'End of a split track, exclusive; null: to the end',
  }),
  shiftMinutes: z.int().min(-maxShiftMinutes).max(maxShiftMinutes).default(0).meta({
    description: 'Minutes by which all slots move; negative: earlier',
  }),
  jitterMinutes: z.int().min(0).max(120).default(0).meta({
    description: 'Maximum minutes by which each slot moves at random, earlier or later; the seed of the plan decides',
  }),
  overrides: z.array(Override).max(maxSlots).default([]).meta({ description: 'Changes to individual slots' }),
});
export type Track = z.infer<typeof Track>;

/** The rules that `expandPlan` turns into slots. */
export const Plan = z
  .strictObject({
    timeZone: TimeZone.meta({ description: 'IANA time zone of local times, days and quiet hours' }),
    seed: z
      .string()
      .min(1)
      .max(64)
      .meta({ description: 'Seed of the random jitter; the same seed gives the same plan' }),
    policies: Policies.prefault({}).meta({
      description: 'Rules for clock changes, short months, collisions and delays',
    }),
    spacing: Spacing.prefault({}),
    accountSpacing: z.array(AccountSpacing).max(50).default([]).meta({
      description: 'Spacing for individual accounts, in place of `spacing`',
    }),
    blackouts: z
      .array(Blackout)
      .max(maxBlackouts)
      .default([])
      .meta({ description: 'Periods in which nothing is published' }),
    tracks: z
      .array(Track)
      .min(1)
      .max(maxTracks)
      .meta({ description: 'Series of slots, each with its content and times' }),
  })
  .meta({ id: 'Plan', description: 'Rules by which posts are published over time' });
export type Plan = z.infer<typeof Plan>;
