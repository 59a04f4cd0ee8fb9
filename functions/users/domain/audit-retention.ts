import { dayMs } from '#shared/time.ts';

/** Minimum retention in days, whatever a workspace's settings are. */
const leastDays = 365;

/** Returns the start of the retention period. A checkpoint made before it may replace all rows up to it. */
export const keptSince = (now: Date, retentionDays: number): string =>
  new Date(now.getTime() - Math.max(leastDays, retentionDays) * dayMs).toISOString();
