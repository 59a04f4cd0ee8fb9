import * as z from 'zod';
import { sendLeaseMs } from '#events/publishing.ts';
import { AccountId, PostId, RepostId, WorkspaceId } from '#shared/ids.ts';
import { Instant, instantAfter } from '#shared/time.ts';

/** Right of one execution to publish or repost one post for a short time. */
export const Lease = z.object({
  workspaceId: WorkspaceId,
  /** Id of the post or the repost. */
  subjectId: z.union([PostId, RepostId]),
  accountId: AccountId,
  execution: z.string(),
  /** No publishing call begins after this instant (UTC). */
  sendBy: Instant,
  /** By this instant (UTC), every call that was begun has reached X, or never will. */
  landsBy: Instant,
});
export type Lease = z.infer<typeof Lease>;

/** @param settleMs milliseconds after which a call can no longer reach X (functions/accounts/domain/pace.ts) */
export const leaseOf = (of: Omit<Lease, 'sendBy' | 'landsBy'>, now: Date, settleMs: number): Lease => ({
  ...of,
  sendBy: instantAfter(now, sendLeaseMs),
  landsBy: instantAfter(now, sendLeaseMs + settleMs),
});
