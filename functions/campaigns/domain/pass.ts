import * as z from 'zod';
import { sendLeaseMs } from '#events/publishing.ts';
import { entityFields } from '#shared/entity.ts';
import { CampaignId, PostId, WorkspaceId } from '#shared/ids.ts';
import { Instant, instantAfter } from '#shared/time.ts';
import { Amount, Budget } from './budget.ts';

/**
 * That a post of a campaign may go out now, what it costs, and what became of it. It is kept for as long as the campaign:
 * it says why a post went out.
 */
export const Pass = z.object({
  workspaceId: WorkspaceId,
  campaignId: CampaignId,
  postId: PostId,
  /** When it was permitted last (UTC). */
  permittedAt: Instant,
  /** No call that publishes begins later (UTC). */
  permittedUntil: Instant,
  /** Whatever was begun by then has landed at X, or never will (UTC). */
  landsBy: Instant,
  /** What is counted for it in the spending of the campaign, in micro-dollars. */
  micros: z.int().min(0),
  /** What X bills for what is said of its files, which news of the post leave out, in micro-dollars. */
  textMicros: z.int().min(0).default(0),
  /**
   * `sending`: it may be on its way; `waiting`: it was held, and stays counted; `published`: it is out, and costs
   * `micros`; `released`: it will not go out as things stand, and is counted no more.
   */
  state: z.enum(['sending', 'waiting', 'published', 'released']),
});
export type Pass = z.infer<typeof Pass>;

/** @param settleMs after how many milliseconds a call can no longer land (functions/accounts/domain/pace.ts) */
export const passOf = (
  of: Pick<Pass, 'workspaceId' | 'campaignId' | 'postId' | 'micros' | 'textMicros'>,
  now: Date,
  settleMs: number,
): Pass => ({
  ...of,
  permittedAt: now.toISOString(),
  permittedUntil: instantAfter(now, sendLeaseMs),
  landsBy: instantAfter(now, sendLeaseMs + settleMs),
  state: 'sending',
});

/** What a campaign has spent at X, reserved for posts on their way included, with the budget it was counted under. */
export const Spending = z.object({
  ...entityFields,
  campaignId: CampaignId,
  ...Amount.shape,
  budget: Budget.nullable(),
});
export type Spending = z.infer<typeof Spending>;
