import * as z from 'zod';
import { Audience } from '#events/accounts.ts';
import { AccountId, WorkspaceId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

/** The counters of an account from the last reading of a UTC day. */
export const AccountDay = z.object({
  workspaceId: WorkspaceId,
  accountId: AccountId,
  day: z.iso.date(),
  measuredAt: Instant,
  metrics: Audience,
});
export type AccountDay = z.infer<typeof AccountDay>;
