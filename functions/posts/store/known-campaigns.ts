import * as z from 'zod';
import { Utm } from '#events/campaigns.ts';
import { entityOf, newerThan } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';
import { Instant } from '#shared/time.ts';

/** What this context knows of a campaign, from the events of `campaigns`. */
const KnownCampaign = z.object({
  campaignId: z.string(),
  utm: Utm.nullable(),
  /** What it planned is taken off the schedule, including plans that arrive later. */
  isCancelled: z.boolean().default(false),
  /**
   * When it was cancelled: times set for a post since then hold. Unknown for campaigns cancelled before this was
   * stored.
   */
  cancelledAt: Instant.nullable().default(null),
});
type KnownCampaign = z.infer<typeof KnownCampaign>;
/** What one event reports about a campaign: only the last one reports its cancellation. */
type Learned = Pick<KnownCampaign, 'campaignId' | 'utm'> & Partial<KnownCampaign>;

/** The slot by which a launched campaign took a post. */
const TakenBySlot = z.object({ campaignId: z.string(), slotId: z.string() });
export type TakenBySlot = z.infer<typeof TakenBySlot>;

export interface KnownCampaignStore {
  find(workspaceId: string, campaignId: string): Promise<KnownCampaign | undefined>;
  /** Stores the state from an event, unless a newer event is already stored. */
  learn(workspaceId: string, entityVersion: number, campaign: Learned): Promise<void>;
  /** The latest slot by which a launched campaign took the post. */
  launchedSlot(workspaceId: string, postId: string): Promise<TakenBySlot | undefined>;
  /** The same for several posts, by post id, without those that no launched campaign took. */
  launchedSlots(workspaceId: string, postIds: readonly string[]): Promise<Map<string, TakenBySlot>>;
  /**
   * Stores which slot took the post, unless a later one is known to have it. It counts once its campaign is launched.
   */
  learnSlot(workspaceId: string, slot: { campaignId: string; slotId: string; postId: string }): Promise<void>;
  /** Forgets that this slot took the post, unless another has it by now. */
  forgetSlot(workspaceId: string, postId: string, slotId: string): Promise<void>;
  /** Stores that the campaign was launched. */
  learnLaunch(workspaceId: string, campaignId: string): Promise<void>;
}

const campaignKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `CAMPAIGN#${id}` });
const slotPrefix = 'CAMPAIGN_SLOT#';
const slotOfPostKey = (workspaceId: string, postId: string): Key => ({
  pk: workspaceId,
  sk: slotPrefix + postId,
});

const launchKey = (workspaceId: string, campaignId: string): Key => ({
  pk: workspaceId,
  sk: `CAMPAIGN_LAUNCH#${campaignId}`,
});

export const knownCampaignStore = (table: Table): KnownCampaignStore => {
  const launchedSlots = async (workspaceId: string, postIds: readonly string[]): Promise<Map<string, TakenBySlot>> => {
    const items = await table.getAll([...new Set(postIds)].map((id) => slotOfPostKey(workspaceId, id)));
    const slots = items.map((item) => [String(item.sk).slice(slotPrefix.length), entityOf(TakenBySlot, item)] as const);
    const campaignIds = [...new Set(slots.map(([, { campaignId }]) => campaignId))];
    const launches = await table.getAll(campaignIds.map((id) => launchKey(workspaceId, id)));
    const launched = new Set(launches.map(({ campaignId }) => campaignId));
    return new Map(slots.filter(([, { campaignId }]) => launched.has(campaignId)));
  };
  return {
    async find(workspaceId, campaignId) {
      const item = await table.get(campaignKey(workspaceId, campaignId));
      return item && entityOf(KnownCampaign, item);
    },
    async learn(workspaceId, entityVersion, campaign) {
      const item = { ...campaignKey(workspaceId, campaign.campaignId), type: 'campaign', workspaceId, entityVersion };
      await table.put({ ...item, ...campaign }, newerThan(entityVersion));
    },
    launchedSlots,
    async launchedSlot(workspaceId, postId) {
      return (await launchedSlots(workspaceId, [postId])).get(postId);
    },
    async learnSlot(workspaceId, { campaignId, slotId, postId }) {
      // Slot ids sort by creation time: of two campaigns, the one that took the post later has it.
      await table.put(
        { ...slotOfPostKey(workspaceId, postId), type: 'campaign_slot', workspaceId, campaignId, slotId },
        {
          ConditionExpression: 'attribute_not_exists(pk) OR slotId < :slotId',
          ExpressionAttributeValues: { ':slotId': slotId },
        },
      );
    },
    async forgetSlot(workspaceId, postId, slotId) {
      await table.transact([
        {
          delete: slotOfPostKey(workspaceId, postId),
          condition: {
            ConditionExpression: 'slotId = :slotId',
            ExpressionAttributeValues: { ':slotId': slotId },
          },
        },
      ]);
    },
    async learnLaunch(workspaceId, campaignId) {
      await table.put({ ...launchKey(workspaceId, campaignId), type: 'campaign_launch', workspaceId, campaignId });
    },
  };
};
