import { daySeconds } from '#shared/time.ts';

/** Readings and what is computed of them are kept for this long: two years, to be compared with each other. */
export const keptSeconds = 800 * daySeconds;
