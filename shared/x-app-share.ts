/**
 * X gives the app a number of posts a day for all workspaces together (X API: POST /2/tweets, per app and 24 hours). How
 * they are shared is known to whoever counts them and to whoever plans ahead.
 */

/** The last fiftieth of the app's posts is not given out: the count of a day may lack a minute. */
export const appShareGiven = 0.98;

/** While half of the app's posts of a day are left no workspace is bounded, then each has its even share. */
export const appShareUnbounded = 0.5;
