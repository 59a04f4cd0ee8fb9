import type { Bound } from '#shared/bound.ts';

/**
 * Maximum number of reports that a workspace can request per UTC day: each takes seconds to make, and its files are
 * stored.
 */
export const reportsPerDay: Bound = {
  most: 300,
  code: 'daily_limit',
  said: 'At most 300 reports are allowed per UTC day. Try again tomorrow.',
};
