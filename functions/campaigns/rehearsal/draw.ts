import { createHash } from 'node:crypto';

/** A number from 0 (inclusive) to 1 that belongs to these words under the seed, whatever else is drawn before it. */
export type Draw = (...words: readonly (string | number)[]) => number;

export const drawBy =
  (seed: string): Draw =>
  (...words) =>
    createHash('sha256')
      .update([seed, ...words].join('\n'))
      .digest()
      .readUIntBE(0, 6) /
    2 ** 48;
