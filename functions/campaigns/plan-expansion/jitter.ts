import { createHash } from 'node:crypto';

/** Jitter in whole minutes from `-max` to `max`; deterministic per seed and slot, and pseudorandom across slots. */
export const jitterMinutes = (seed: string, slotKey: string, max: number): number => {
  if (max === 0) return 0;
  const drawn = createHash('sha256').update(`${seed}\n${slotKey}`).digest().readUIntBE(0, 6);
  return (drawn % (2 * max + 1)) - max;
};
