import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { dayMs, dayOf } from '#shared/time.ts';

/** Longest retention, and the default: metrics for two years and more, to compare the years; reports for a quarter. */
export const mostMetricsDays = 800;
export const mostReportsDays = 90;

/**
 * Shortest retention: readings are packed on the 33rd day, which may take some time, and people need time to read a
 * report.
 */
const leastMetricsDays = 90;
const leastReportsDays = 7;

/** How long a workspace keeps the metrics of its posts, and its reports. */
export const Retention = z.object({
  ...entityFields,
  metricsDays: z
    .int()
    .min(leastMetricsDays)
    .max(mostMetricsDays)
    .meta({
      description: `Days for which metrics are kept, counted from the day of publication; default: ${mostMetricsDays}`,
    }),
  reportsDays: z
    .int()
    .min(leastReportsDays)
    .max(mostReportsDays)
    .meta({ description: `Days for which reports are kept; default: ${mostReportsDays}` }),
});
export type Retention = z.infer<typeof Retention>;
export type RetentionDays = Pick<Retention, 'metricsDays' | 'reportsDays'>;

export const defaultRetention: RetentionDays = { metricsDays: mostMetricsDays, reportsDays: mostReportsDays };

/** The first UTC day of publication whose metrics are kept. */
export const firstKeptDay = ({ metricsDays }: RetentionDays, now: Date): string =>
  dayOf(new Date(now.getTime() - metricsDays * dayMs));

/** Returns the instant since which reports are kept. */
export const reportsKeptSince = ({ reportsDays }: RetentionDays, now: Date): Date =>
  new Date(now.getTime() - reportsDays * dayMs);
