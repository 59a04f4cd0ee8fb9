import type { Comparison, Experiment, ExperimentMetric } from '../domain/experiment.ts';
import { effectOf } from './confidence-sequence.ts';
import type { Counts, Reading } from './observed.ts';
import { alphaOfEach } from './power.ts';
import { type Pair, signProcess } from './sign-process.ts';

/** A block with the readings of each variant's slot. */
export interface ReadBlock {
  id: string;
  readings: ReadonlyMap<string, Reading>;
}

interface CountedPair {
  block: string;
  at: number;
  variant: Counts;
  control: Counts;
}

/** Blocks in which both were counted, in the order in which their counts were complete. */
const countedPairs = (blocks: readonly ReadBlock[], variant: string, control: string): CountedPair[] =>
  blocks
    .flatMap(({ id, readings }) => {
      const [one, other] = [readings.get(variant), readings.get(control)];
      if (typeof one !== 'object' || typeof other !== 'object') return [];
      return [{ block: id, at: Math.max(one.at, other.at), variant: one.counts, control: other.counts }];
    })
    .sort((one, other) => one.at - other.at || (one.block < other.block ? -1 : 1));

const pairsOf = (counted: readonly CountedPair[], metric: ExperimentMetric): Pair[] =>
  counted.flatMap(({ block, variant: { [metric]: variant }, control: { [metric]: control } }) =>
    typeof variant === 'number' && typeof control === 'number' ? [{ block, variant, control }] : [],
  );

/**
 * Compares a variant with the control. A guard metric is breached if the same test finds it worse; an unbreached one
 * may still have become worse.
 */
export const compare = (experiment: Experiment, blocks: readonly ReadBlock[], variant: string): Comparison => {
  const { control, metric, guardMetrics } = experiment;
  const alpha = alphaOfEach(experiment);
  const counted = countedPairs(blocks, variant, control);
  const pairs = pairsOf(counted, metric);
  return {
    variant,
    ...signProcess(pairs, alpha),
    threshold: 1 / alpha,
    effect: effectOf(pairs, alpha),
    breachedGuards: guardMetrics.filter((guard) => signProcess(pairsOf(counted, guard), alpha).favours === 'control'),
  };
};
