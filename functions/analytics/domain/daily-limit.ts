import type { Bound } from '#shared/bound.ts';

/** How many reports a workspace can have made in a UTC day: each is some seconds of work, and files that are kept. */
export const reportsPerDay: Bound = {
  most: 300,
  code: 'daily_limit',
  said: 'At most 300 reports are allowed per UTC day. Try again tomorrow.',
};
