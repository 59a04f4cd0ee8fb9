import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { dayMs, dayOf } from '#shared/time.ts';

/** Two years, to be compared with each other; a report has a quarter. Unless a workspace wants less, these are kept. */
export const mostMetricsDays = 800;
export const mostReportsDays = 90;

/** Readings are packed on the 33rd day and need some time for that; people who make a report need some for reading it. */
const leastMetricsDays = 90;
const leastReportsDays = 7;

/** How long a workspace keeps what is read and computed of its posts, and its reports. */
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

/** The instant before which reports were made that are not kept. */
export const reportsKeptSince = ({ reportsDays }: RetentionDays, now: Date): Date =>
  new Date(now.getTime() - reportsDays * dayMs);
