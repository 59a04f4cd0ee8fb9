import * as z from 'zod';
import { AccountId, PostId, WorkspaceId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

/** Posts of an account to be read at an instant besides the plan: a look-up failed, or an experiment counts them. */
export const DeferredReading = z.object({
  workspaceId: WorkspaceId,
  accountId: AccountId,
  postIds: z.array(PostId).min(1).max(100),
  readAt: Instant,
});
export type DeferredReading = z.infer<typeof DeferredReading>;
