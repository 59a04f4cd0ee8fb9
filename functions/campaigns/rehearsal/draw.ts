import { createHash } from 'node:crypto';

/** Draws a number from 0 (inclusive) to 1 (exclusive), determined by the seed and these words only. */
export type Draw = (...words: readonly (string | number)[]) => number;

export const drawBy =
  (seed: string): Draw =>
  (...words) =>
    createHash('sha256')
      .update([seed, ...words].join('\n'))
      .digest()
      .readUIntBE(0, 6) /
    2 ** 48;
