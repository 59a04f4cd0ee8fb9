import { addTo, columnsOf, size } from './effects.ts';
import type { TimeModel } from './partial-pooling.ts';
import { backward, forward } from './statistics/cholesky.ts';
import type { Random } from './statistics/seeded-random.ts';
import { timeCells } from './time-cells.ts';

/** Indexes of the effects of each cell, without the level. */
const cellColumns = timeCells.map((cell) => columnsOf(cell, true).slice(1));

const effectAt = (effects: Float64Array, columns: readonly number[]): number =>
  columns.reduce((sum, column) => sum + (effects[column] ?? 0), 0);

/**
 * Returns the posterior mean and standard deviation of each cell's difference from the account's average, in the order
 * of the cells. `shares` weights the cells in the average.
 */
export const cellEffects = ({ components }: TimeModel, shares: readonly number[]): { mean: number; sd: number }[] => {
  const average = new Float64Array(size);
  for (const [cell, columns] of cellColumns.entries()) {
    for (const column of columns) addTo(average, column, shares[cell] ?? 0);
  }
  return cellColumns.map((columns) => {
    const contrast = average.map((share) => -share);
    for (const column of columns) addTo(contrast, column, 1);
    let [mean, square] = [0, 0];
    for (const { weight, effects, lower, scale } of components) {
      const center = effects.reduce((sum, effect, place) => sum + effect * (contrast[place] ?? 0), 0);
      const spread = forward(lower, contrast).reduce((sum, each) => sum + each ** 2, 0) * scale ** 2;
      mean += weight * center;
      square += weight * (spread + center ** 2);
    }
    return { mean, sd: Math.sqrt(Math.max(square - mean ** 2, 0)) };
  });
};

/** Draws the effects of all cells from the posterior, in the order of the cells. */
export const drawCells = ({ components }: TimeModel, random: Random): number[] => {
  let rest = random.uniform();
  const drawn = components.find(({ weight }) => (rest -= weight) < 0) ?? components[0];
  if (!drawn) throw new RangeError('A model has at least one component');
  const noise = backward(drawn.lower, Float64Array.from({ length: size }, random.normal));
  const effects = drawn.effects.map((effect, place) => effect + drawn.scale * (noise[place] ?? 0));
  return cellColumns.map((columns) => effectAt(effects, columns));
};
