import { daySeconds } from '#shared/time.ts';
import { mostMetricsDays } from '../domain/retention.ts';

/** Readings and what is computed of them are kept for this long. */
export const keptSeconds = mostMetricsDays * daySeconds;
