import { lazy } from '#shared/lazy.ts';

/** Loaded only for campaigns with an experiment, as it imports the statistics. */
export const experiments = lazy(() => import('./judge.ts'));
