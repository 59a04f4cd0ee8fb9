import * as z from 'zod';

/**
 * Number of posts by lateness band. Each band is an eighth of an octave wide, so a lateness is accurate to within 9 %.
 */
export const LatenessCounts = z.record(z.string(), z.int().min(1));
export type LatenessCounts = z.infer<typeof LatenessCounts>;

const bandsPerOctave = 8;

/** Counts a lateness in ms, in place. */
export const countLateness = (counts: LatenessCounts, latenessMs: number): void => {
  const band = Math.round(bandsPerOctave * Math.log2(1 + latenessMs));
  counts[band] = (counts[band] ?? 0) + 1;
};

export const addLateness = (counts: LatenessCounts, more: LatenessCounts): void => {
  for (const [band, count] of Object.entries(more)) counts[band] = (counts[band] ?? 0) + count;
};

/** Returns the lateness in ms that a share of the posts did not exceed (nearest rank), within 9 %; null: no posts. */
export const latenessAt = (counts: LatenessCounts, share: number): number | null => {
  const bands = Object.entries(counts)
    .map(([band, count]) => [Number(band), count] as const)
    .sort(([one], [other]) => one - other);
  const total = bands.reduce((sum, [, count]) => sum + count, 0);
  let passed = 0;
  for (const [band, count] of bands) {
    passed += count;
    if (passed >= share * total) return Math.round(2 ** (band / bandsPerOctave) - 1);
  }
  return null;
};
