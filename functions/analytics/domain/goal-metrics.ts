import { InsightMetric } from './insight-details.ts';

/** Returns the metric by which a goal is tracked; undefined if X does not attribute it to posts (`follows`). */
export const trackedMetric = (metric: string): InsightMetric | undefined => InsightMetric.safeParse(metric).data;
