import * as z from 'zod';

/** How far sweeps have come: for each reading of the plan and each shard, the last post that was dealt with. */
export const SweepProgress = z.record(z.string(), z.string());
export type SweepProgress = z.infer<typeof SweepProgress>;

/** Where the progress of a reading in a shard stands; `late`: of the second look for posts that were heard of late. */
export const progressName = (reading: number | 'late', shard: number): string => `${reading}#${shard}`;
