import type { ObservedPost } from '../domain/observed-post.ts';
import { drawCells } from './cell-effects.ts';
import { occurrencesOf } from './occurrences.ts';
import { outcomesOf } from './post-outcomes.ts';
import { fewestOccurrences, rankTimes, type TimeOptions, type TimeRanking } from './rank-times.ts';
import { type Random, randomOf } from './statistics/seeded-random.ts';
import { cellIndex, isPermitted, type TimeCell, timeCells } from './time-cells.ts';

/** A proposed posting time. */
export interface ProposedTime extends TimeCell {
  /** `exploration`: tried too rarely to be compared. */
  reason: 'expected' | 'exploration';
  /** How often the account posted then. */
  occurrences: number;
}

/** Options for proposing times. */
export interface ProposeOptions extends TimeOptions {
  /** Number of times wanted; each is proposed once. */
  count: number;
  /** The same seed and posts give the same times. Use a new one for each proposal. */
  seed: string;
}

/**
 * Proposes posting times to try next. Each is the best of one draw from the posterior (W. Thompson, Biometrika 25,
 * 1933; D. Russo and others, A Tutorial on Thompson Sampling, 2018): good times come up often, rarely tried ones now
 * and then, but at most one in three, so that the advice does not merely confirm itself. Without enough data, the least
 * tried times are drawn. Returns fewer than `count` if the rules permit fewer.
 * @throws RangeError if the zone does not exist
 */
export const proposeTimes = (posts: readonly ObservedPost[], options: ProposeOptions): ProposedTime[] => {
  const { rules, count, seed } = options;
  const random = randomOf(seed);
  const ranking = rankTimes(posts, options);
  const permitted = timeCells.filter((cell) => isPermitted(cell, rules));
  const occurrences = ranking.outcome === 'ranked' ? ranking.occurrences : occurrencesAt(posts, options);
  const cells =
    ranking.outcome === 'ranked'
      ? drawn(permitted, ranking, count, random)
      : leastTried(permitted, occurrences, random).slice(0, count);
  return cells.map((cell) => {
    const times = occurrences[cellIndex(cell)] ?? 0;
    return { ...cell, reason: times < fewestOccurrences ? 'exploration' : 'expected', occurrences: times };
  });
};

const occurrencesAt = (posts: readonly ObservedPost[], { accountId, ...options }: TimeOptions): number[] => {
  const own = occurrencesOf(outcomesOf(posts, options).filter(({ post }) => post.accountId === accountId));
  return timeCells.map((_, index) => own.filter((each) => cellIndex(each) === index).length);
};

/** At most this share of a proposal, rounded up, is exploration. */
const mostExplored = 1 / 3;

const drawn = (
  permitted: readonly TimeCell[],
  { model, occurrences }: TimeRanking,
  count: number,
  random: Random,
): TimeCell[] => {
  const isExploration = (cell: TimeCell): boolean => (occurrences[cellIndex(cell)] ?? 0) < fewestOccurrences;
  const chosen: TimeCell[] = [];
  while (chosen.length < Math.min(count, permitted.length)) {
    const left = permitted.filter((cell) => !chosen.includes(cell));
    const mayExplore = chosen.filter(isExploration).length < Math.ceil(count * mostExplored);
    const known = left.filter((cell) => !isExploration(cell));
    const values = drawCells(model, random);
    const valueOf = (cell: TimeCell): number => values[cellIndex(cell)] ?? 0;
    const candidates = mayExplore || known.length === 0 ? left : known;
    chosen.push(candidates.reduce((one, other) => (valueOf(other) > valueOf(one) ? other : one)));
  }
  return chosen;
};

const leastTried = (permitted: readonly TimeCell[], occurrences: readonly number[], random: Random): TimeCell[] =>
  permitted
    .map((cell) => ({ cell, times: occurrences[cellIndex(cell)] ?? 0, order: random.uniform() }))
    .sort((one, other) => one.times - other.times || one.order - other.order)
    .map(({ cell }) => cell);
