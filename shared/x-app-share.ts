/**
 * X limits the app to a number of posts a day for all workspaces together (X API: POST /2/tweets, per app and 24
 * hours). These shares of it are used both to count posts and to plan ahead.
 */

/** The last fiftieth is reserved, since the day's count can lag by a minute. */
export const appShareGiven = 0.98;

/** Up to half of the app's daily posts no workspace is limited; after that each has an even share. */
export const appShareUnbounded = 0.5;
