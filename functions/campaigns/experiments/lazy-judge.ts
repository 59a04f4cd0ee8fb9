import { lazy } from '#shared/lazy.ts';

/** Loaded where a campaign has an experiment: it brings the statistics along. */
export const experiments = lazy(() => import('./judge.ts'));
