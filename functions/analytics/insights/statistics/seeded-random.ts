import { createHash } from 'node:crypto';

/** Pseudo-random numbers that follow from a seed. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform: () => number;
  /** Standard normal (G. Box and M. Muller, Ann. Math. Statist. 29, 1958). */
  normal: () => number;
}

/** The same seed gives the same numbers: the generator sfc32 (C. Doty-Humphrey, PractRand), seeded by SHA-256. */
export const randomOf = (seed: string): Random => {
  const digest = createHash('sha256').update(seed).digest();
  let [a, b, c, counter] = [digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8), 1];
  const uniform = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
};
