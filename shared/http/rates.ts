import * as z from 'zod';

/** A rate: `burst` requests at once, and `perMinute` in the long run. */
export const Rate = z.object({ burst: z.int().min(1), perMinute: z.int().min(1).max(60_000) });
export type Rate = z.infer<typeof Rate>;

/**
 * Limits of a class of operations: per person; per workspace, so ample that one person cannot use it up; and per
 * address for requests that are not signed in.
 */
export const ClassRates = z.object({ person: Rate, workspace: Rate, address: Rate });
export type ClassRates = z.infer<typeof ClassRates>;

/** Limits of a stage: per signed-in person, per workspace, per address without sign-in, and per class. */
export const RateLimits = z.object({
  person: Rate,
  workspace: Rate,
  address: Rate,
  credentials: ClassRates,
  codes: ClassRates,
  invitations: ClassRates,
  costly: ClassRates,
});
export type RateLimits = z.infer<typeof RateLimits>;

/** Classes of operations that are counted exactly, one by one, in addition to the standard limits. */
export type LimitClass = 'credentials' | 'codes' | 'invitations' | 'costly';
