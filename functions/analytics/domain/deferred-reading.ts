import * as z from 'zod';
import { AccountId, PostId, WorkspaceId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

/**
 * Posts of an account to read at an instant outside the plan: a look-up failed, an experiment needs them, or their
 * event came late.
 */
export const DeferredReading = z.object({
  workspaceId: WorkspaceId,
  accountId: AccountId,
  postIds: z.array(PostId).min(1).max(100),
  readAt: Instant,
});
export type DeferredReading = z.infer<typeof DeferredReading>;
