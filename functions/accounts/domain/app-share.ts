import { appShareGiven, appShareUnbounded } from '#shared/x-app-share.ts';
import type { AppState } from './app-state.ts';

/**
 * How many posts a workspace may send on a day. X gives the app a daily number for all workspaces together. While half
 * of them are left there is no bound, then each workspace has an even share. The last fiftieth is reserved, since the
 * count may lag by a minute. Infinity for no bound.
 * @param appPostsPerDay X's limit (X API: POST /2/tweets, per app and 24 hours)
 */
export const postsAllowed = ({ postsToday, workspacesToday }: AppState, appPostsPerDay: number): number => {
  if (postsToday >= appPostsPerDay * appShareGiven) return 0;
  if (postsToday < appPostsPerDay * appShareUnbounded) return Infinity;
  return Math.ceil(appPostsPerDay / Math.max(1, workspacesToday));
};
