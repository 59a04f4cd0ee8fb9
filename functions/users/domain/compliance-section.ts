import * as z from 'zod';

/** What of a trail a compliance report lists, by kind. */
export const Section = z.enum([
  'privilegedChanges',
  'approvals',
  'overrides',
  'policyFindings',
  'consents',
  'exports',
  'erasures',
]);
export type Section = z.infer<typeof Section>;
