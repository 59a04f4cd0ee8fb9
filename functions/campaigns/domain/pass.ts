import * as z from 'zod';
import { sendLeaseMs } from '#events/publishing.ts';
import { entityFields } from '#shared/entity.ts';
import { CampaignId, PostId, WorkspaceId } from '#shared/ids.ts';
import { Instant, instantAfter } from '#shared/time.ts';
import { Amount, Budget } from './budget.ts';

/**
 * Permission to publish a post of a campaign now, its cost, and its outcome. Kept as long as the campaign, to explain
 * why a post was published.
 */
export const Pass = z.object({
  workspaceId: WorkspaceId,
  campaignId: CampaignId,
  postId: PostId,
  /** When it was last permitted (UTC). */
  permittedAt: Instant,
  /** Time after which no publishing call begins (UTC). */
  permittedUntil: Instant,
  /** Time by which every call has landed at X or never will (UTC). */
  landsBy: Instant,
  /** Cost counted in the spending of the campaign, in micro-dollars. */
  micros: z.int().min(0),
  /** Cost at X of the descriptions of its files, which events of the post leave out, in micro-dollars. */
  textMicros: z.int().min(0).default(0),
  /**
   * `sending`: it may be on its way to X; `waiting`: it was held and stays counted; `published`: it is on X and costs
   * `micros`; `released`: as things stand it will not be published, and it is no longer counted.
   */
  state: z.enum(['sending', 'waiting', 'published', 'released']),
});
export type Pass = z.infer<typeof Pass>;

/**
 * A new pass.
 * @param settleMs milliseconds after which a call can no longer land (functions/accounts/domain/pace.ts)
 */
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

/**
 * What a campaign has spent at X, including reservations for posts on their way, and the budget it was counted against.
 */
export const Spending = z.object({
  ...entityFields,
  campaignId: CampaignId,
  ...Amount.shape,
  budget: Budget.nullable(),
});
export type Spending = z.infer<typeof Spending>;
