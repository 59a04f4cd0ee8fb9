import { createHash } from 'node:crypto';

/**
 * Whole minutes from `-max` to `max` that belong to this slot under this seed: always the same, and for other slots as if
 * drawn by lot.
 */
export const jitterMinutes = (seed: string, slotKey: string, max: number): number => {
  if (max === 0) return 0;
  const drawn = createHash('sha256').update(`${seed}\n${slotKey}`).digest().readUIntBE(0, 6);
  return (drawn % (2 * max + 1)) - max;
};
