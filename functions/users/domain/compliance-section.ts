import * as z from 'zod';

/** Sections of a compliance report. */
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
