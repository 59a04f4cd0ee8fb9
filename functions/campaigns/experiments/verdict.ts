import type { Comparison, Experiment, Split, Verdict } from '../domain/experiment.ts';
import { compare, type ReadBlock } from './comparison.ts';
import { type ObservedBlock, readingOf } from './observed.ts';
import { evenSplitPValue, sampleRatioAlpha } from './sample-ratio.ts';

type Mismatch = Extract<Verdict, { outcome: 'sample_ratio_mismatch' }>;

const othersOf = ({ variants, control }: Experiment): string[] =>
  variants.map(({ key }) => key).filter((key) => key !== control);

/**
 * How the publication of each variant and of the control is split. Every block has one slot of each, so blocks in which
 * both were published carry no information and would only dilute the rest. Only blocks in which exactly one of the two
 * was published count: a fair coin splits them, whatever made the other fail, unless the variant itself is the cause.
 */
export const splitsOf = (experiment: Experiment, blocks: readonly ObservedBlock[]): Split[] => {
  const statusOf = ({ slots }: ObservedBlock, key: string) =>
    slots.find(({ variant }) => variant === key)?.state.status;
  const others = othersOf(experiment);
  return others.map((variant) => {
    const alone = (key: string, missing: string) =>
      blocks.filter((block) => statusOf(block, key) === 'published' && statusOf(block, missing) === 'lost').length;
    const { control } = experiment;
    const publishedAlone = { variant: alone(variant, control), control: alone(control, variant) };
    const pValue = evenSplitPValue(publishedAlone.variant, publishedAlone.control);
    return { variant, publishedAlone, pValue, isMismatch: pValue < sampleRatioAlpha / others.length };
  });
};

/** The first variant published more or less often than the control beyond chance, if any. */
const mismatchIn = (experiment: Experiment, blocks: readonly ObservedBlock[]): Mismatch | undefined => {
  const split = splitsOf(experiment, blocks).find(({ isMismatch }) => isMismatch);
  if (!split) return undefined;
  const { isMismatch: _, ...told } = split;
  return { outcome: 'sample_ratio_mismatch', ...told };
};

const isWithin = ({ effect }: Comparison, worthwhileLift: number): boolean =>
  effect !== null && effect.high < worthwhileLift && effect.low > 1 / (1 + worthwhileLift) - 1;

const byLift = (one: Comparison, other: Comparison): number =>
  (other.effect?.lift ?? 0) - (one.effect?.lift ?? 0) || other.wins - other.losses - (one.wins - one.losses);

/** The outcome that the comparisons decide; undefined if they do not yet. */
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
 * The verdict of an experiment at an instant, from its blocks and their counts. Looking often is safe: the probability
 * of a winner without a difference stays at most alpha. The order of `blocks` does not matter.
 */
export const verdictOf = (experiment: Experiment, blocks: readonly ObservedBlock[], now: Date): Verdict => {
  const mismatch = mismatchIn(experiment, blocks);
  if (mismatch) return mismatch;
  const read: ReadBlock[] = blocks.map(({ id, slots }) => ({
    id,
    readings: new Map(slots.map(({ variant, state }) => [variant, readingOf(state, experiment, now)])),
  }));
  const comparisons = othersOf(experiment).map((variant) => compare(experiment, read, variant));
  const decision = decisionOf(comparisons, experiment);
  if (decision) return decision;
  const waitingFor = read
    .flatMap(({ readings }) => [...readings.values()])
    .filter((reading) => reading === 'waiting').length;
  return waitingFor > 0 ? { outcome: 'ongoing', waitingFor, comparisons } : { outcome: 'not_enough_data', comparisons };
};
