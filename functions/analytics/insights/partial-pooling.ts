import { addTo, columnsOf, firstBand, firstCell, firstWeekday, size } from './effects.ts';
import { backward, cholesky, forward, halfLogDeterminant, type Matrix, zeros } from './statistics/cholesky.ts';
import type { TimeCell } from './time-cells.ts';

/** One observation: the result at a posting time, relative to the level of its account. */
export interface TimedValue extends TimeCell {
  /** Observations of one account and day share a random effect. */
  group: string;
  value: number;
}

/** One combination of the variance components, weighted by how well it explains the data. */
interface Component {
  weight: number;
  /** Posterior means of the effects. */
  effects: Float64Array;
  /** Cholesky factor of the effects' posterior precision, in units of the residual variance. */
  lower: Matrix;
  /** Residual standard deviation. */
  scale: number;
}

/** Posterior of the effects of posting times. */
export interface TimeModel {
  components: readonly Component[];
  degrees: number;
}

/** Candidate variances of the effects, relative to the residual variance; all are equally likely beforehand. */
const mainRatios = [0.01, 0.06, 0.4];
const cellRatios = [0.01, 0.08];
const dayRatios = [0, 0.3];

/** Combinations that explain the data much worse than the best are left out. */
const negligible = 1e-3;

/**
 * Other accounts together weigh as much as this many observations of the own account at most: a month of posts. An
 * account with few posts is judged by what holds for the workspace, one with many by its own (J. Ibrahim and M.-H.
 * Chen, Power prior distributions for regression models, Statist. Sci. 15, 2000).
 */
export const othersCountAs = 40;

interface Sums {
  precision: Matrix;
  right: Float64Array;
  squares: number;
  halfLogDeterminant: number;
}

const add = (matrix: Matrix, row: number, column: number, by: number): void => {
  const own = matrix[row];
  if (own) own[column] = (own[column] ?? 0) + by;
};

/** Adds one day's observations, integrating out their common effect of variance `dayRatio`. */
const addGroup = (sums: Sums, rows: readonly TimedValue[], dayRatio: number, weight: number, isOwn: boolean): void => {
  const shared = dayRatio / (1 + rows.length * dayRatio);
  const counts = new Map<number, number>();
  let total = 0;
  for (const row of rows) {
    const columns = columnsOf(row, isOwn);
    for (const one of columns) {
      counts.set(one, (counts.get(one) ?? 0) + 1);
      addTo(sums.right, one, weight * row.value);
      for (const other of columns) add(sums.precision, one, other, weight);
    }
    total += row.value;
    sums.squares += weight * row.value ** 2;
  }
  for (const [one, count] of counts) {
    addTo(sums.right, one, -weight * shared * count * total);
    for (const [other, times] of counts) add(sums.precision, one, other, -weight * shared * count * times);
  }
  sums.squares -= weight * shared * total ** 2;
  sums.halfLogDeterminant += (weight * Math.log1p(rows.length * dayRatio)) / 2;
};

const sumsOf = (
  own: readonly TimedValue[][],
  others: readonly TimedValue[][],
  ratio: number,
  discount: number,
): Sums => {
  const sums: Sums = { precision: zeros(size), right: new Float64Array(size), squares: 0, halfLogDeterminant: 0 };
  for (const rows of own) addGroup(sums, rows, ratio, 1, true);
  for (const rows of others) addGroup(sums, rows, ratio, discount, false);
  return sums;
};

const priorOf = (band: number, weekday: number, cell: number): Float64Array =>
  Float64Array.from({ length: size }, (_, place) => {
    if (place < firstBand) return place === 0 ? 1e-6 : 1;
    return 1 / (place < firstWeekday ? band : place < firstCell ? weekday : cell);
  });

/** The posterior under one combination, and the logarithm of its marginal likelihood. */
const posterior = (sums: Sums, prior: Float64Array, degrees: number): Component & { log: number } => {
  const lower = cholesky(
    sums.precision.map((row, place) => {
      const own = row.slice();
      addTo(own, place, prior[place] ?? 0);
      return own;
    }),
  );
  const half = forward(lower, sums.right);
  const explained = half.reduce((sum, each) => sum + each ** 2, 0);
  // Keeps the residual of a perfect fit positive despite rounding.
  const residual = Math.max(sums.squares - explained, 1e-9 * Math.max(sums.squares, 1e-9));
  const logPrior = prior.reduce((sum, each) => sum + Math.log(each), 0) / 2;
  const log = logPrior - sums.halfLogDeterminant - halfLogDeterminant(lower) - (degrees / 2) * Math.log(residual);
  return { weight: 1, effects: backward(lower, half), lower, scale: Math.sqrt(residual / degrees), log };
};

const groupsOf = (rows: readonly TimedValue[]): TimedValue[][] => [...Map.groupBy(rows, ({ group }) => group).values()];

/**
 * Estimates the effects of hour bands, weekdays and their combinations, each shrunk towards zero by its own variance,
 * with a random effect of the day. The variances are not estimated but averaged over, weighted by their marginal
 * likelihood, so that the intervals include the uncertainty about them (D. Lindley and A. Smith, Bayes Estimates for
 * the Linear Model, J. R. Statist. Soc. B 34, 1972; A. Gelman and others, Bayesian Data Analysis, 3rd ed., 2013,
 * chapters 5 and 15).
 * @param own at least 20 observations
 */
export const timeModel = (own: readonly TimedValue[], others: readonly TimedValue[]): TimeModel => {
  const discount = Math.min(1, othersCountAs / Math.max(others.length, 1));
  const degrees = own.length - 1 + discount * others.length;
  const [ownGroups, otherGroups] = [groupsOf(own), groupsOf(others)];
  const fitted = dayRatios.flatMap((ratio) => {
    const sums = sumsOf(ownGroups, otherGroups, ratio, discount);
    return mainRatios.flatMap((band) =>
      mainRatios.flatMap((weekday) => cellRatios.map((cell) => posterior(sums, priorOf(band, weekday, cell), degrees))),
    );
  });
  const best = fitted.reduce((highest, { log }) => Math.max(highest, log), -Infinity);
  const likely = fitted
    .map(({ log, ...component }) => ({ ...component, weight: Math.exp(log - best) }))
    .filter(({ weight }) => weight > negligible);
  const total = likely.reduce((sum, { weight }) => sum + weight, 0);
  return { components: likely.map((each) => ({ ...each, weight: each.weight / total })), degrees };
};
