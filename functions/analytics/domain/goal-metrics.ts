import { InsightMetric } from './insight-details.ts';

/** The metric that a goal can be tracked by; undefined: X does not say which post brought it (`follows`). */
export const trackedMetric = (metric: string): InsightMetric | undefined => InsightMetric.safeParse(metric).data;
