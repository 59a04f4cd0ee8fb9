import { appShareGiven, appShareUnbounded } from '#shared/x-app-share.ts';
import type { AppState } from './app-state.ts';

/**
 * Returns how many posts a workspace may send in a day; Infinity for no limit. X limits the app to a daily number for
 * all workspaces together. There is no limit until half of them are used; after that each workspace has an even share.
 * The last fiftieth is reserved, since the count can lag by a minute.
 * @param appPostsPerDay X's limit (X API: POST /2/tweets, per app and 24 hours)
 */
export const postsAllowed = ({ postsToday, workspacesToday }: AppState, appPostsPerDay: number): number => {
  if (postsToday >= appPostsPerDay * appShareGiven) return 0;
  if (postsToday < appPostsPerDay * appShareUnbounded) return Infinity;
  return Math.ceil(appPostsPerDay / Math.max(1, workspacesToday));
};
