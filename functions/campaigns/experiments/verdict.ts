import type { Comparison, Experiment, Verdict } from '../domain/experiment.ts';
import { compare, type ReadBlock } from './comparison.ts';
import { type ObservedBlock, readingOf } from './observed.ts';
import { evenSplitPValue, sampleRatioAlpha } from './sample-ratio.ts';

type Mismatch = Extract<Verdict, { outcome: 'sample_ratio_mismatch' }>;

/**
 * The first variant whose slots went out more or less often than the control's beyond chance, if any. Every block has one
 * slot of each, so blocks that went out whole say nothing and would only hide the others: what counts are blocks over
 * which one of the two was published alone. Those a fair coin splits, whatever made the other fail, unless it was the
 * variant.
 */
const mismatchIn = (blocks: readonly ObservedBlock[], { control }: Experiment, others: readonly string[]) => {
  const statusOf = ({ slots }: ObservedBlock, key: string) =>
    slots.find(({ variant }) => variant === key)?.state.status;
  for (const variant of others) {
    const alone = (key: string, missing: string) =>
      blocks.filter((block) => statusOf(block, key) === 'published' && statusOf(block, missing) === 'lost').length;
    const publishedAlone = { variant: alone(variant, control), control: alone(control, variant) };
    const pValue = evenSplitPValue(publishedAlone.variant, publishedAlone.control);
    if (pValue < sampleRatioAlpha / others.length) {
      return { outcome: 'sample_ratio_mismatch', variant, publishedAlone, pValue } satisfies Mismatch;
    }
  }
  return undefined;
};

const isWithin = ({ effect }: Comparison, worthwhileLift: number): boolean =>
  effect !== null && effect.high < worthwhileLift && effect.low > 1 / (1 + worthwhileLift) - 1;

const byLift = (one: Comparison, other: Comparison): number =>
  (other.effect?.lift ?? 0) - (one.effect?.lift ?? 0) || other.wins - other.losses - (one.wins - one.losses);

/** What the comparisons decide; undefined while they do not. */
const decisionOf = (comparisons: Comparison[], { control, worthwhileLift }: Experiment): Verdict | undefined => {
  const beating = comparisons.filter(({ favours }) => favours === 'variant').sort(byLift);
  const [best, ...others] = beating.filter(({ breachedGuards }) => breachedGuards.length === 0);
  if (best) {
    const alsoBeatControl = others.map(({ variant }) => variant);
    return { outcome: 'winner', variant: best.variant, alsoBeatControl, comparisons };
  }
  const [breaching] = beating;
  if (breaching) {
    const { variant, breachedGuards: guards } = breaching;
    return { outcome: 'guard_breached', variant, guards, comparisons };
  }
  if (comparisons.every(({ favours }) => favours === 'control')) {
    return { outcome: 'winner', variant: control, alsoBeatControl: [], comparisons };
  }
  const isSettled = (each: Comparison) => each.favours === 'control' || isWithin(each, worthwhileLift);
  return comparisons.every(isSettled) ? { outcome: 'no_difference', comparisons } : undefined;
};

/**
 * What an experiment says at an instant, from its blocks and what was counted of their slots. It may be asked at any time
 * and as often as one likes: the probability of a winner where there is no difference stays at most alpha. The order of
 * `blocks` does not matter.
 */
export const verdictOf = (experiment: Experiment, blocks: readonly ObservedBlock[], now: Date): Verdict => {
  const others = experiment.variants.map(({ key }) => key).filter((key) => key !== experiment.control);
  const mismatch = mismatchIn(blocks, experiment, others);
  if (mismatch) return mismatch;
  const read: ReadBlock[] = blocks.map(({ id, slots }) => ({
    id,
    readings: new Map(slots.map(({ variant, state }) => [variant, readingOf(state, experiment, now)])),
  }));
  const comparisons = others.map((variant) => compare(experiment, read, variant));
  const decision = decisionOf(comparisons, experiment);
  if (decision) return decision;
  const waitingFor = read
    .flatMap(({ readings }) => [...readings.values()])
    .filter((reading) => reading === 'waiting').length;
  return waitingFor > 0 ? { outcome: 'ongoing', waitingFor, comparisons } : { outcome: 'not_enough_data', comparisons };
};
