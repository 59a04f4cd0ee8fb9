import * as z from 'zod';
import { Utm } from '#events/campaigns.ts';
import { entityOf, newerThan } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';
import { Instant } from '#shared/time.ts';

/** What this context knows of a campaign, from the events of `campaigns`. */
const KnownCampaign = z.object({
  campaignId: z.string(),
  utm: Utm.nullable(),
  /** What it planned is taken off the schedule, including what arrives later. */
  isCancelled: z.boolean().default(false),
  /**
   * When it was cancelled: times set for a post since then stand. Unknown for campaigns cancelled before this was
   * kept.
   */
  cancelledAt: Instant.nullable().default(null),
});
type KnownCampaign = z.infer<typeof KnownCampaign>;
/** What one event reports of a campaign: only the last one reports its cancellation. */
type Learned = Pick<KnownCampaign, 'campaignId' | 'utm'> & Partial<KnownCampaign>;

/** The slot by which a launched campaign took a post. */
const TakenBySlot = z.object({ campaignId: z.string(), slotId: z.string() });
type TakenBySlot = z.infer<typeof TakenBySlot>;

export interface KnownCampaignStore {
  find(workspaceId: string, campaignId: string): Promise<KnownCampaign | undefined>;
  /** Stores the state from an event, unless a newer event is already stored. */
  learn(workspaceId: string, entityVersion: number, campaign: Learned): Promise<void>;
  /** The slot by which a launched campaign took the post last. */
  launchedSlot(workspaceId: string, postId: string): Promise<TakenBySlot | undefined>;
  /** Keeps which posts a launched campaign took by which slots, unless a later slot is known to have a post. */
  learnSlots(
    workspaceId: string,
    campaignId: string,
    slots: readonly { slotId: string; postId: string }[],
  ): Promise<void>;
}

const campaignKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `CAMPAIGN#${id}` });
const slotOfPostKey = (workspaceId: string, postId: string): Key => ({
  pk: workspaceId,
  sk: `CAMPAIGN_SLOT#${postId}`,
});

export const knownCampaignStore = (table: Table): KnownCampaignStore => ({
  async find(workspaceId, campaignId) {
    const item = await table.get(campaignKey(workspaceId, campaignId));
    return item && entityOf(KnownCampaign, item);
  },
  async learn(workspaceId, entityVersion, campaign) {
    const item = { ...campaignKey(workspaceId, campaign.campaignId), type: 'campaign', workspaceId, entityVersion };
    await table.put({ ...item, ...campaign }, newerThan(entityVersion));
  },
  async launchedSlot(workspaceId, postId) {
    const item = await table.get(slotOfPostKey(workspaceId, postId));
    return item && entityOf(TakenBySlot, item);
  },
  async learnSlots(workspaceId, campaignId, slots) {
    // Slot ids sort by the time they were made: of two campaigns the one that took the post later has it.
    const isLater = (slotId: string) => ({
      ConditionExpression: 'attribute_not_exists(pk) OR slotId < :slotId',
      ExpressionAttributeValues: { ':slotId': slotId },
    });
    await Promise.all(
      slots.map(({ slotId, postId }) =>
        table.put(
          { ...slotOfPostKey(workspaceId, postId), type: 'campaign_slot', workspaceId, campaignId, slotId },
          isLater(slotId),
        ),
      ),
    );
  },
});
