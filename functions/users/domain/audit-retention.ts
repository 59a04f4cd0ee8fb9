import { dayMs } from '#shared/time.ts';

/** Minimum retention of every workspace, in days, whatever its settings are. */
const leastDays = 365;

/** Events are kept at least up to this instant; a checkpoint made before it may replace all rows before it. */
export const keptSince = (now: Date, retentionDays: number): string =>
  new Date(now.getTime() - Math.max(leastDays, retentionDays) * dayMs).toISOString();
