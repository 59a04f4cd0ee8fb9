import * as z from 'zod';
import { Audience } from '#events/accounts.ts';
import { AccountId, WorkspaceId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

/** The counters of an account on a UTC day, as they were read last on it. */
export const AccountDay = z.object({
  workspaceId: WorkspaceId,
  accountId: AccountId,
  day: z.iso.date(),
  measuredAt: Instant,
  metrics: Audience,
});
export type AccountDay = z.infer<typeof AccountDay>;
