import * as z from 'zod';
import { AccountId, PersonId } from '#shared/ids.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { text } from '#shared/text.ts';
import { Instant } from '#shared/time.ts';
import { TrackContent } from './plan.ts';
import { SlotKey } from './planned-slot.ts';

/** Metrics by which posts can be compared. Follows are missing, as X does not report which post brought them. */
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
  .meta({
    description:
      'Metric of a post. `engagements`: likes, reposts, replies, quotes, bookmarks, link clicks and profile clicks',
  });
export type ExperimentMetric = z.infer<typeof ExperimentMetric>;

/** Metrics of a post; null or missing: not reported by X. */
export const ExperimentCounts = z
  .partialRecord(ExperimentMetric, z.int().min(0).nullable())
  .meta({ description: 'Metrics of the post; null or missing: not reported by X' });
export type ExperimentCounts = z.infer<typeof ExperimentCounts>;

export const VariantKey = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'must be a short key such as question or b')
  .meta({ description: 'Key of the variant, unique in its experiment', examples: ['b'] });

const maxVariants = 5;

/** X reports link and profile clicks for 30 days; the last day is left for counting them. */
const longestMaturityHours = 29 * 24;

/** What is registered before the launch. Changing it later would change the meaning of the verdict. */
const registration = {
  variants: z
    .array(z.strictObject({ key: VariantKey, name: text(60) }))
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
  worthwhileLift: z
    .number()
    .min(0.01)
    .max(10)
    .default(0.2)
    .meta({
      description:
        'Smallest relative lift that matters (0.2: 20%): the outcome is `no_difference` once no variant wins and the lifts are ' +
        'shown to be smaller. A variant that beats the control wins, whatever its lift',
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
};

const signedOff = z
  .object({
    by: PersonId,
    at: Instant.meta({ description: 'When it was signed off (UTC)' }),
    note: personal(text(500).meta({ description: 'Why' }), {
      why: 'to show why an experiment was signed off',
      keptFor: keptFor.workspace,
    }),
  })
  .nullable()
  .default(null)
  .meta({ description: 'Sign-off to launch although a verdict is unlikely; null: none' });

type Registration = z.infer<z.ZodObject<typeof registration>>;

/** Inconsistencies within a registration, each with its path. */
const incoherences = ({ variants, control, metric, guardMetrics }: Registration): [path: string, message: string][] => {
  const keys = variants.map(({ key }) => key);
  return [
    ...(new Set(keys).size < keys.length ? [['variants', 'must each have a unique key'] as [string, string]] : []),
    ...(keys.includes(control) ? [] : [['control', 'must be the key of a variant'] as [string, string]]),
    ...(guardMetrics.includes(metric)
      ? [['guardMetrics', 'must not include the metric itself'] as [string, string]]
      : []),
    ...(new Set(guardMetrics).size < guardMetrics.length
      ? [['guardMetrics', 'must not contain duplicates'] as [string, string]]
      : []),
  ];
};

const coherent: z.core.CheckFn<Registration> = ({ value, issues }) => {
  for (const [path, message] of incoherences(value)) {
    issues.push({ code: 'custom', path: [path], input: value, message });
  }
};

/** A comparison of content variants by the metrics of their posts. The unit is the post, as X decides who sees it. */
export const Experiment = z
  .object({ ...registration, signedOff })
  .check(coherent)
  .meta({ id: 'Experiment', description: 'Comparison of content variants by what their posts achieve on X' });
export type Experiment = z.infer<typeof Experiment>;

/** Content of one variant other than the control. */
export const VariantContent = z.strictObject({ variant: VariantKey, content: TrackContent });
export type VariantContent = z.infer<typeof VariantContent>;

const trackId = z.string().min(1).max(40).meta({
  description: 'Track of the plan whose slots take part; its own content is that of the control',
});

/** A request to register an experiment. */
export const ExperimentRequest = z
  .strictObject({
    ...registration,
    trackId,
    contents: z
      .array(VariantContent)
      .min(1)
      .max(maxVariants - 1)
      .meta({
        description:
          'Content of each variant besides the control, in the order of its slots: as many entries as it has slots, or more',
      }),
  })
  .check(coherent)
  .meta({ id: 'ExperimentRequest' });
export type ExperimentRequest = z.infer<typeof ExperimentRequest>;

/** Outcomes that end an experiment. */
export const FinalOutcome = z
  .enum(['winner', 'no_difference', 'guard_breached', 'sample_ratio_mismatch', 'not_enough_data'])
  .meta({ description: 'Final outcome of an experiment' });
export type FinalOutcome = z.infer<typeof FinalOutcome>;

/** The experiment of a campaign. Its contents are stored separately, as they are too large for the campaign's item. */
export const CampaignExperiment = z.object({
  ...registration,
  registeredAt: Instant.meta({ description: 'When it was registered (UTC)' }),
  signedOff,
  trackId,
  /** Where the contents of the variants are stored. */
  contents: z.object({ writing: z.string(), parts: z.int() }),
  conclusion: z
    .object({
      outcome: FinalOutcome,
      variant: VariantKey.nullable().meta({
        description: 'Winner, or the variant with the breached guard or the mismatch; null: none',
      }),
      at: Instant.meta({ description: 'When the outcome became final (UTC)' }),
    })
    .nullable()
    .meta({ description: 'First final outcome; it does not change any more. Null: undecided' }),
});
export type CampaignExperiment = z.infer<typeof CampaignExperiment>;

export const WeekdayClass = z.enum(['weekday', 'weekend']).meta({ description: '`weekend`: Saturday and Sunday' });
export type WeekdayClass = z.infer<typeof WeekdayClass>;

const timeClass = {
  weekdayClass: WeekdayClass,
  hourBand: z.int().min(0).max(5).meta({ description: 'Four-hour band of the local day, from 0: 2 is 08:00 to 11:59' }),
};

/** A slot's assignment in an experiment, drawn for the launch; it stays when the slot moves. */
export const Trial = z
  .object({ variant: VariantKey, block: SlotKey.meta({ description: 'Id of its block' }), ...timeClass })
  .meta({ description: 'Its part in the experiment; null: it takes no part and publishes the content of the plan' });
export type Trial = z.infer<typeof Trial>;

/** Slots with the same account, weekday class and hour band, one per variant. */
export const Block = z.object({
  id: SlotKey.meta({ description: 'Key of its first slot' }),
  accountId: AccountId,
  ...timeClass,
  slots: z
    .array(z.object({ id: SlotKey, variant: VariantKey }))
    .min(2)
    .meta({ description: 'One slot per variant' }),
});
export type Block = z.infer<typeof Block>;

/** A variant compared with the control, over the blocks in which both were counted. */
export const Comparison = z.object({
  variant: VariantKey,
  wins: z.int().min(0).meta({ description: 'Blocks in which the variant did better' }),
  losses: z.int().min(0).meta({ description: 'Blocks in which the control did better' }),
  ties: z.array(SlotKey).meta({ description: 'Blocks without a difference, which are left out' }),
  eValue: z.number().meta({ description: 'Highest e-value so far: evidence against "no difference"' }),
  threshold: z.number().meta({ description: 'E-value from which the comparison is decided' }),
  favours: z.enum(['variant', 'control']).nullable().meta({
    description: 'Which one won the comparison; null: undecided',
  }),
  effect: z
    .object({
      lift: z.number().meta({ description: 'Estimated relative lift over the control (0.2: 20%)' }),
      low: z.number().meta({ description: 'Lower bound of the lift' }),
      high: z.number().meta({ description: 'Upper bound of the lift' }),
      blocks: z.int().meta({ description: 'Blocks that the estimate uses' }),
    })
    .nullable()
    .meta({
      description:
        'Lift with a confidence sequence, valid at every look, at a confidence level of 1 - `alpha` / (number of ' +
        'variants besides the control): by default 95% with one, 97.5% with two. Null before ten blocks with at ' +
        'least five counts each, and while all of them have the same ratio',
    }),
  breachedGuards: z.array(ExperimentMetric).meta({
    description: 'Guard metrics in which the variant does worse than the control',
  }),
});
export type Comparison = z.infer<typeof Comparison>;

const comparisons = z.array(Comparison).meta({ description: 'Each variant compared with the control' });

const split = {
  variant: VariantKey,
  publishedAlone: z
    .object({
      variant: z.int().min(0).meta({ description: 'Blocks of which only the variant was published' }),
      control: z.int().min(0).meta({ description: 'Blocks of which only the control was published' }),
    })
    .meta({ description: 'Blocks of which only one of the two was published' }),
  pValue: z.number().meta({ description: 'Probability that chance makes the split at least this uneven' }),
};

/** How many slots of a variant and of the control were published, compared. */
export const Split = z.object({
  ...split,
  isMismatch: z
    .boolean()
    .meta({ description: 'Whether chance does not explain the split: the counts are then not comparable' }),
});
export type Split = z.infer<typeof Split>;

/**
 * The outcome of one analysis. A later one can differ: a guard breach, another variant with a higher lift, a sample
 * ratio mismatch. `conclusion` keeps the first final outcome.
 */
export const Verdict = z
  .discriminatedUnion('outcome', [
    z
      .object({
        outcome: z.literal('winner'),
        variant: VariantKey.meta({
          description:
            'Key of the winner: the control if it beat every variant; otherwise the variant with the highest lift of those ' +
            'that beat the control and made no guard metric worse',
        }),
        alsoBeatControl: z.array(VariantKey).meta({
          description:
            'Other variants that beat the control and made no guard metric worse; they are not compared with the winner',
        }),
        comparisons,
      })
      .meta({ description: 'One variant won' }),
    z.object({ outcome: z.literal('no_difference'), comparisons }).meta({
      description:
        'No variant beats the control, and not all do worse: each does worse or differs from it by less than ' +
        '`worthwhileLift`',
    }),
    z.object({ outcome: z.literal('not_enough_data'), comparisons }).meta({
      description:
        'Every slot is counted or can no longer be (not published, or no metrics within 30 days), and the experiment is ' +
        'undecided',
    }),
    z
      .object({
        outcome: z.literal('ongoing'),
        waitingFor: z.int().min(1).meta({ description: 'Slots that are not published or not counted yet' }),
        comparisons,
      })
      .meta({ description: 'Undecided so far' }),
    z.object({ outcome: z.literal('sample_ratio_mismatch'), ...split }).meta({
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
