import type { Bound } from '#shared/bound.ts';

const bound = (most: number, what: string): Bound => ({
  most,
  code: 'daily_limit',
  said: `At most ${most} ${what} are allowed per UTC day. Try again tomorrow.`,
});

/**
 * Limits per UTC day, for a workspace or for a person's own data, on requests that cause long background work or leave
 * rows behind.
 */
export const perDay = {
  auditExport: bound(10, 'audit exports'),
  complianceReport: bound(10, 'compliance reports'),
  /** Only one export a day succeeds; this limits requests after failed ones. */
  personExport: bound(3, 'exports of your data'),
  // One person's share, a third of this, equals the maximum number of active ones.
  serviceAccount: bound(150, 'new service accounts'),
};
