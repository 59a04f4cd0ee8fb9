import * as z from 'zod';
import { sendLeaseMs } from '#events/publishing.ts';
import { AccountId, PostId, RepostId, WorkspaceId } from '#shared/ids.ts';
import { Instant, instantAfter } from '#shared/time.ts';

/** The right of one execution to publish one post, or to repost one, for a short while. */
export const Lease = z.object({
  workspaceId: WorkspaceId,
  /** The post, or the repost. */
  subjectId: z.union([PostId, RepostId]),
  accountId: AccountId,
  execution: z.string(),
  /** No call that publishes begins later (UTC). */
  sendBy: Instant,
  /** Whatever was begun by then has landed at X, or never will (UTC). */
  landsBy: Instant,
});
export type Lease = z.infer<typeof Lease>;

/** @param settleMs after how many milliseconds a call can no longer land (functions/accounts/domain/pace.ts) */
export const leaseOf = (of: Omit<Lease, 'sendBy' | 'landsBy'>, now: Date, settleMs: number): Lease => ({
  ...of,
  sendBy: instantAfter(now, sendLeaseMs),
  landsBy: instantAfter(now, sendLeaseMs + settleMs),
});
