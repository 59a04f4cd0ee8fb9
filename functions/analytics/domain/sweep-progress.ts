import * as z from 'zod';

/** Progress of sweeps: for each planned reading and each shard, the place of the last post processed. */
export const SweepProgress = z.record(z.string(), z.string());
export type SweepProgress = z.infer<typeof SweepProgress>;

/**
 * Returns the name of the progress of a reading in a shard. `late`: the second pass, for posts whose event arrived
 * late.
 */
export const progressName = (reading: number | 'late', shard: number): string => `${reading}#${shard}`;
