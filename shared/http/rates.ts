import * as z from 'zod';

/** What may come: so much at once, and so much per minute in the long run. */
export const Rate = z.object({ burst: z.int().min(1), perMinute: z.int().min(1).max(60_000) });
export type Rate = z.infer<typeof Rate>;

/** The limits of a stage: of a signed-in person, of a workspace, of an address without a person, and the strict ones. */
export const RateLimits = z.object({
  person: Rate,
  workspace: Rate,
  address: Rate,
  credentials: Rate,
  codes: Rate,
  invitations: Rate,
});
export type RateLimits = z.infer<typeof RateLimits>;
