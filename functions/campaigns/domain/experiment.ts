import * as z from 'zod';
import { AccountId, PersonId, SlotId } from '#shared/ids.ts';
import { text } from '#shared/text.ts';
import { Instant } from '#shared/time.ts';

/** What a post can be judged by. Follows are missing: X does not say which post brought them. */
export const ExperimentMetric = z.enum([
  'impressions',
  'engagements',
  'likes',
  'reposts',
  'replies',
  'quotes',
  'bookmarks',
  'link_clicks',
  'profile_clicks',
]);
export type ExperimentMetric = z.infer<typeof ExperimentMetric>;

export const VariantKey = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'must be a short key such as question or b')
  .meta({ description: 'Key of a variant within its experiment', examples: ['b'] });

const maxVariants = 5;

/** X tells link and profile clicks for 30 days; a day is left to count them. */
const longestMaturityHours = 29 * 24;

/**
 * Variants of content, compared by what their posts bring. X shows a post to whom it likes, so the unit is the post.
 * Everything here is registered before the launch: whoever changes it later changes what the verdict means.
 */
export const Experiment = z
  .object({
    variants: z
      .array(z.object({ key: VariantKey, name: text(60) }))
      .min(2)
      .max(maxVariants),
    control: VariantKey.meta({ description: 'The variant that all others are compared with' }),
    metric: ExperimentMetric,
    maturityHours: z
      .number()
      .positive()
      .max(longestMaturityHours)
      .default(72)
      .meta({ description: 'Age of a post in hours at which its metric is counted, never earlier' }),
    alpha: z.number().min(0.001).max(0.2).default(0.05).meta({
      description: 'Probability of a winner, over the whole experiment, where there is no difference',
    }),
    worthwhileLift: z.number().min(0.01).max(10).default(0.2).meta({
      description: 'A difference below this relative lift is no difference worth the name (0.2: 20 %)',
    }),
    guardMetrics: z.array(ExperimentMetric).max(4).default([]).meta({
      description: 'A variant that makes one of these worse than the control does cannot win',
    }),
    seed: z.string().min(1).max(64).meta({ description: 'Decides every coin: same seed, same assignment' }),
    /** Who launches an experiment that can hardly conclude. */
    signedOff: z
      .object({ by: PersonId, at: Instant, note: text(500) })
      .nullable()
      .default(null),
  })
  .check(({ value: { variants, control, metric, guardMetrics }, issues }) => {
    const refuse = (path: string[], input: unknown, message: string) =>
      issues.push({ code: 'custom', path, input, message });
    const keys = variants.map(({ key }) => key);
    if (new Set(keys).size < keys.length) refuse(['variants'], variants, 'must have a key of its own each');
    if (!keys.includes(control)) refuse(['control'], control, 'must be the key of a variant');
    if (guardMetrics.includes(metric)) refuse(['guardMetrics'], guardMetrics, 'must not include the metric itself');
    if (new Set(guardMetrics).size < guardMetrics.length) {
      refuse(['guardMetrics'], guardMetrics, 'must not name a metric twice');
    }
  })
  .meta({ id: 'Experiment' });
export type Experiment = z.infer<typeof Experiment>;

export const WeekdayClass = z.enum(['weekday', 'weekend']);
export type WeekdayClass = z.infer<typeof WeekdayClass>;

/** As many slots as there are variants, alike in account, weekday class and hour band; each variant has one. */
export const Block = z.object({
  id: SlotId.meta({ description: 'Id of the first of its slots' }),
  accountId: AccountId,
  weekdayClass: WeekdayClass,
  hourBand: z.int().min(0).max(5).meta({ description: 'Four hours of the day by wall time: 2 is 08:00 to 11:59' }),
  slots: z.array(z.object({ id: SlotId, variant: VariantKey })).min(2),
});
export type Block = z.infer<typeof Block>;

/** A variant against the control, over the blocks in which both were counted. */
export const Comparison = z.object({
  variant: VariantKey,
  wins: z.int().min(0).meta({ description: 'Blocks in which the variant brought more' }),
  losses: z.int().min(0).meta({ description: 'Blocks in which the control brought more' }),
  ties: z.array(SlotId).meta({ description: 'Blocks in which both brought the same: they are left out' }),
  eValue: z.number().meta({ description: 'Evidence against "no difference", the highest so far' }),
  threshold: z.number().meta({ description: 'The e-value at which the comparison is decided' }),
  favours: z.enum(['variant', 'control']).nullable(),
  effect: z.object({ lift: z.number(), low: z.number(), high: z.number(), blocks: z.int() }).nullable().meta({
    description:
      'Relative lift over the control and its confidence sequence, valid at every look; null before ten blocks',
  }),
  breachedGuards: z.array(ExperimentMetric),
});
export type Comparison = z.infer<typeof Comparison>;

const comparisons = z.array(Comparison);

/** What an experiment says. A `winner` stays one at every later look, unless its sample turns out to be lopsided. */
export const Verdict = z
  .discriminatedUnion('outcome', [
    z.object({
      outcome: z.literal('winner'),
      /** The control where it beat every variant; else, of those that beat the control, the one with the highest lift. */
      variant: VariantKey,
      /** Others that beat the control. Nothing is claimed between them and the winner. */
      alsoBeatControl: z.array(VariantKey),
      comparisons,
    }),
    z.object({ outcome: z.literal('no_difference'), comparisons }),
    /** Every slot is counted or lost, and nothing is decided. */
    z.object({ outcome: z.literal('not_enough_data'), comparisons }),
    z.object({
      outcome: z.literal('ongoing'),
      waitingFor: z.int().min(1).meta({ description: 'Slots that are not published or not counted yet' }),
      comparisons,
    }),
    /** Slots of one variant went out more often than chance explains: what was counted may not be compared. */
    z.object({
      outcome: z.literal('sample_ratio_mismatch'),
      variant: VariantKey,
      /** Blocks of which one of the two went out alone. */
      publishedAlone: z.object({ variant: z.int().min(0), control: z.int().min(0) }),
      pValue: z.number(),
    }),
    /** A variant beats the control, but makes a guard metric worse. */
    z.object({
      outcome: z.literal('guard_breached'),
      variant: VariantKey,
      guards: z.array(ExperimentMetric).min(1),
      comparisons,
    }),
  ])
  .meta({ id: 'ExperimentVerdict' });
export type Verdict = z.infer<typeof Verdict>;
