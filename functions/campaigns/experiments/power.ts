import { errorFunction } from 'simple-statistics';
import type { Experiment } from '../domain/experiment.ts';
import { logEvidence } from './sign-process.ts';

/**
 * Assumption for power: the logarithm of the ratio of two posts of a block is normally distributed with this standard
 * deviation (a post varies by a factor of about 1.4 around the level of its block). Then 190 blocks detect +20 %, 40
 * detect +50 % and 13 detect a doubling, at 80 % power and alpha 0.05. Twice the deviation needs about four times the
 * blocks.
 */
export const assumedLogRatioSd = 0.48;

/** The power by which plans are judged. */
const power = 0.8;

/** An experiment that cannot detect even a doubling cannot conclude. */
const plainLift = 1;

/** Maximum number of pairs in a campaign of 2,000 slots. */
const maxPairs = 1_000;

const negligible = 1e-18;

const normalCdf = (z: number): number => 0.5 * (1 + errorFunction(z / Math.SQRT2));

/** Probability that the variant wins a block, given its lift. */
export const winChance = (lift: number, logRatioSd = assumedLogRatioSd): number =>
  normalCdf(Math.log1p(lift) / logRatioSd);

/** Each variant is compared with the control at this share of alpha (Bonferroni correction). */
export const alphaOfEach = ({ alpha, variants }: Pick<Experiment, 'alpha' | 'variants'>): number =>
  alpha / (variants.length - 1);

/** By number of blocks n: the fewest wins of n that decide for the variant; n + 1 if none do. */
const fewestWins = (pairs: number, alpha: number): number[] => {
  const threshold = -Math.log(alpha);
  const fewest = [1];
  for (let n = 1; n <= pairs; n += 1) {
    // One more block never lowers it.
    let wins = Math.max(fewest[n - 1] ?? 0, Math.floor(n / 2) + 1);
    while (wins <= n && logEvidence(wins, n - wins) < threshold) wins += 1;
    fewest.push(wins);
  }
  return fewest;
};

/** See `powerByPairs`. @param fewest result of `fewestWins` for the wanted number of blocks */
const powersOf = (chance: number, fewest: readonly number[]): number[] => {
  let undecided = [1];
  let decided = 0;
  return fewest.map((upper, n) => {
    if (n === 0) return 0;
    const next = new Array<number>(n + 1).fill(0);
    for (let wins = 0; wins <= n; wins += 1) {
      const mass = (undecided[wins] ?? 0) * (1 - chance) + (undecided[wins - 1] ?? 0) * chance;
      if (wins >= upper) decided += mass;
      // At n - upper wins the control has won. Negligible probabilities are skipped: tiny numbers compute slowly.
      else if (wins > n - upper && mass > negligible) next[wins] = mass;
    }
    undecided = next;
    return decided;
  });
};

/**
 * Exact probability that the sign e-process decides for the variant within n blocks, for each n from 0 to `pairs`, if
 * the variant wins a block with probability `chance`: the undecided part is carried from block to block, by wins.
 */
export const powerByPairs = (chance: number, pairs: number, alpha: number): number[] =>
  powersOf(chance, fewestWins(pairs, alpha));

/** The smallest relative lift that this many blocks detect at 80 % power; null if there is none. */
export const smallestLift = (pairs: number, alpha: number, logRatioSd = assumedLogRatioSd): number | null => {
  const fewest = fewestWins(pairs, alpha);
  const isSeen = (z: number) => (powersOf(normalCdf(z), fewest)[pairs] ?? 0) >= power;
  let [unseen, seen] = [0, 4];
  if (!isSeen(seen)) return null;
  while (seen - unseen > 1e-4) {
    const middle = (unseen + seen) / 2;
    if (isSeen(middle)) seen = middle;
    else unseen = middle;
  }
  return Math.expm1(seen * logRatioSd);
};

/** The fewest blocks that detect this relative lift at 80 % power; null if a campaign cannot have that many. */
export const pairsToSee = (lift: number, alpha: number, logRatioSd = assumedLogRatioSd): number | null => {
  const pairs = powerByPairs(winChance(lift, logRatioSd), maxPairs, alpha).findIndex((reached) => reached >= power);
  return pairs === -1 ? null : pairs;
};

/**
 * What this many blocks can detect, and the minimum number of blocks if that is not enough. `logRatioSd`: from the
 * account's own history, if known.
 */
export const sightOf = (
  experiment: Pick<Experiment, 'alpha' | 'variants'>,
  blocks: number,
  logRatioSd = assumedLogRatioSd,
): { blocks: number; smallestLift: number | null; cannotConclude: boolean; neededBlocks: number | null } => {
  const alpha = alphaOfEach(experiment);
  const lift = smallestLift(blocks, alpha, logRatioSd);
  const cannotConclude = lift === null || lift > plainLift;
  const neededBlocks = cannotConclude ? pairsToSee(plainLift, alpha, logRatioSd) : null;
  return { blocks, smallestLift: lift, cannotConclude, neededBlocks };
};
