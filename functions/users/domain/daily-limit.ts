import type { Bound } from '#shared/bound.ts';

const bound = (most: number, what: string): Bound => ({
  most,
  code: 'daily_limit',
  said: `At most ${most} ${what} are allowed per UTC day. Try again tomorrow.`,
});

/**
 * What keeps the platform busy long after it was asked for, or leaves rows behind: how often a workspace, or a person for
 * their own archive, may ask for it in a UTC day.
 */
export const perDay = {
  auditExport: bound(10, 'audit exports'),
  complianceReport: bound(10, 'compliance reports'),
  /** One archive a day is the rule; this bounds those that came to nothing and are asked for again. */
  personExport: bound(3, 'exports of your data'),
  // One person's share is what there may be of active ones.
  serviceAccount: bound(150, 'new service accounts'),
};
