import * as z from 'zod';
import { AccountId, PersonId, SlotId } from '#shared/ids.ts';
import { text } from '#shared/text.ts';
import { Instant } from '#shared/time.ts';

/** What a post can be judged by. Follows are missing: X does not say which post brought them. */
export const ExperimentMetric = z
  .enum([
    'impressions',
    'engagements',
    'likes',
    'reposts',
    'replies',
    'quotes',
    'bookmarks',
    'link_clicks',
    'profile_clicks',
  ])
  .meta({ description: 'Metric of a post, as X reports it' });
export type ExperimentMetric = z.infer<typeof ExperimentMetric>;

export const VariantKey = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'must be a short key such as question or b')
  .meta({ description: 'Key of the variant, unique in its experiment', examples: ['b'] });

const maxVariants = 5;

/** X reports link and profile clicks for 30 days; a day is left to count them. */
const longestMaturityHours = 29 * 24;

/**
 * Variants of content, compared by what their posts bring. X shows a post to whom it likes, so the unit is the post.
 * Everything here is registered before the launch: changing it later would change what the verdict means.
 */
export const Experiment = z
  .object({
    variants: z
      .array(z.object({ key: VariantKey, name: text(60) }))
      .min(2)
      .max(maxVariants)
      .meta({ description: 'The variants to compare, including the control' }),
    control: VariantKey.meta({ description: 'Key of the variant that the others are compared with' }),
    metric: ExperimentMetric.meta({ description: 'Metric by which the variants are compared' }),
    maturityHours: z
      .number()
      .positive()
      .max(longestMaturityHours)
      .default(72)
      .meta({ description: 'Age of a post, in hours, from which its metrics count' }),
    alpha: z.number().min(0.001).max(0.2).default(0.05).meta({
      description: 'Maximum probability of declaring a winner when there is no difference, over the whole experiment',
    }),
    worthwhileLift: z.number().min(0.01).max(10).default(0.2).meta({
      description: 'Smallest relative lift that matters (0.2: 20 %); smaller differences count as none',
    }),
    guardMetrics: z.array(ExperimentMetric).max(4).default([]).meta({
      description:
        'Metrics that must not get worse: a variant that does worse than the control in one of them cannot win',
    }),
    seed: z
      .string()
      .min(1)
      .max(64)
      .meta({ description: 'Seed of the random assignment; the same seed gives the same assignment' }),
    signedOff: z
      .object({
        by: PersonId,
        at: Instant.meta({ description: 'When it was signed off (UTC)' }),
        note: text(500).meta({ description: 'Why' }),
      })
      .nullable()
      .default(null)
      .meta({ description: 'Sign-off to launch although a verdict is unlikely; null: none' }),
  })
  .check(({ value: { variants, control, metric, guardMetrics }, issues }) => {
    const refuse = (path: string[], input: unknown, message: string) =>
      issues.push({ code: 'custom', path, input, message });
    const keys = variants.map(({ key }) => key);
    if (new Set(keys).size < keys.length) refuse(['variants'], variants, 'must each have a unique key');
    if (!keys.includes(control)) refuse(['control'], control, 'must be the key of a variant');
    if (guardMetrics.includes(metric)) refuse(['guardMetrics'], guardMetrics, 'must not include the metric itself');
    if (new Set(guardMetrics).size < guardMetrics.length) {
      refuse(['guardMetrics'], guardMetrics, 'must not contain duplicates');
    }
  })
  .meta({ id: 'Experiment', description: 'Comparison of content variants by what their posts achieve on X' });
export type Experiment = z.infer<typeof Experiment>;

export const WeekdayClass = z.enum(['weekday', 'weekend']).meta({ description: '`weekend`: Saturday and Sunday' });
export type WeekdayClass = z.infer<typeof WeekdayClass>;

/** As many slots as there are variants, alike in account, weekday class and hour band; each variant has one. */
export const Block = z.object({
  id: SlotId.meta({ description: 'Id of its first slot' }),
  accountId: AccountId,
  weekdayClass: WeekdayClass,
  hourBand: z.int().min(0).max(5).meta({ description: 'Four-hour band of the local day, from 0: 2 is 08:00 to 11:59' }),
  slots: z
    .array(z.object({ id: SlotId, variant: VariantKey }))
    .min(2)
    .meta({ description: 'One slot per variant' }),
});
export type Block = z.infer<typeof Block>;

/** A variant against the control, over the blocks in which both were counted. */
export const Comparison = z.object({
  variant: VariantKey,
  wins: z.int().min(0).meta({ description: 'Blocks in which the variant did better' }),
  losses: z.int().min(0).meta({ description: 'Blocks in which the control did better' }),
  ties: z.array(SlotId).meta({ description: 'Blocks without a difference, which are left out' }),
  eValue: z.number().meta({ description: 'Highest e-value so far: evidence against "no difference"' }),
  threshold: z.number().meta({ description: 'E-value from which the comparison is decided' }),
  favours: z.enum(['variant', 'control']).nullable().meta({
    description: 'Which one won the comparison; null: undecided',
  }),
  effect: z
    .object({
      lift: z.number().meta({ description: 'Estimated relative lift over the control (0.2: 20 %)' }),
      low: z.number().meta({ description: 'Lower bound of the lift' }),
      high: z.number().meta({ description: 'Upper bound of the lift' }),
      blocks: z.int().meta({ description: 'Blocks that the estimate uses' }),
    })
    .nullable()
    .meta({ description: 'Lift with a confidence sequence, valid at every look; null before ten blocks' }),
  breachedGuards: z.array(ExperimentMetric).meta({
    description: 'Guard metrics in which the variant does worse than the control',
  }),
});
export type Comparison = z.infer<typeof Comparison>;

const comparisons = z.array(Comparison).meta({ description: 'Each variant compared with the control' });

/** A `winner` stays the winner at every later look, unless a sample ratio mismatch appears. */
export const Verdict = z
  .discriminatedUnion('outcome', [
    z
      .object({
        outcome: z.literal('winner'),
        variant: VariantKey.meta({
          description:
            'Key of the winner: the control if it beat every variant; otherwise the variant with the highest lift of those ' +
            'that beat the control',
        }),
        alsoBeatControl: z.array(VariantKey).meta({
          description: 'Other variants that beat the control; they are not compared with the winner',
        }),
        comparisons,
      })
      .meta({ description: 'One variant won' }),
    z.object({ outcome: z.literal('no_difference'), comparisons }).meta({
      description: 'Every variant does worse than the control, or differs from it by less than `worthwhileLift`',
    }),
    z.object({ outcome: z.literal('not_enough_data'), comparisons }).meta({
      description: 'All slots are counted or lost, and the experiment is undecided',
    }),
    z
      .object({
        outcome: z.literal('ongoing'),
        waitingFor: z.int().min(1).meta({ description: 'Slots that are not published or not counted yet' }),
        comparisons,
      })
      .meta({ description: 'Undecided so far' }),
    z
      .object({
        outcome: z.literal('sample_ratio_mismatch'),
        variant: VariantKey,
        publishedAlone: z
          .object({
            variant: z
              .int()
              .min(0)
              .meta({ description: 'Blocks of which the variant was published and the control lost' }),
            control: z
              .int()
              .min(0)
              .meta({ description: 'Blocks of which the control was published and the variant lost' }),
          })
          .meta({ description: 'Blocks of which only one of the two was published' }),
        pValue: z.number().meta({ description: 'Probability of so uneven a split by chance' }),
      })
      .meta({
        description: 'A variant was published more or less often than chance explains: the counts are not comparable',
      }),
    z
      .object({
        outcome: z.literal('guard_breached'),
        variant: VariantKey,
        guards: z.array(ExperimentMetric).min(1).meta({ description: 'Guard metrics that got worse' }),
        comparisons,
      })
      .meta({ description: 'A variant beats the control, but makes a guard metric worse' }),
  ])
  .meta({ id: 'ExperimentVerdict' });
export type Verdict = z.infer<typeof Verdict>;
