import * as z from 'zod';

/** What may come: so much at once, and so much per minute in the long run. */
export const Rate = z.object({ burst: z.int().min(1), perMinute: z.int().min(1).max(60_000) });
export type Rate = z.infer<typeof Rate>;

/**
 * The limits of a class of operations: of each person; of their workspace, so ample that one person alone cannot use
 * it up; and of an address for requests that are not signed in.
 */
export const ClassRates = z.object({ person: Rate, workspace: Rate, address: Rate });
export type ClassRates = z.infer<typeof ClassRates>;

/** The limits of a stage: of a signed-in person, of a workspace, of an address without a person, and those of classes. */
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

/** The classes of operations that are counted one by one, besides all others. */
export type LimitClass = 'credentials' | 'codes' | 'invitations' | 'costly';
