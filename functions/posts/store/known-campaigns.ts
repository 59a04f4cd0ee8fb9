import * as z from 'zod';
import { Utm } from '../../../events/campaigns.ts';
import { entityOf, newerThan, type Key, type Table } from '../../../shared/dynamo.ts';

/** What this context knows of a campaign, from the events of `campaigns`. */
const KnownCampaign = z.object({
  campaignId: z.string(),
  utm: Utm.nullable(),
  /** What it planned is taken off, also what is heard of later. */
  isCancelled: z.boolean().default(false),
});
type KnownCampaign = z.infer<typeof KnownCampaign>;

export interface KnownCampaignStore {
  find(workspaceId: string, campaignId: string): Promise<KnownCampaign | undefined>;
  /** Keeps what an event told, unless a newer one told already. */
  learn(workspaceId: string, entityVersion: number, campaign: KnownCampaign): Promise<void>;
}

const campaignKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `CAMPAIGN#${id}` });

export const knownCampaignStore = (table: Table): KnownCampaignStore => ({
  async find(workspaceId, campaignId) {
    const item = await table.get(campaignKey(workspaceId, campaignId));
    return item && entityOf(KnownCampaign, item);
  },
  async learn(workspaceId, entityVersion, campaign) {
    const item = { ...campaignKey(workspaceId, campaign.campaignId), type: 'campaign', workspaceId, entityVersion };
    await table.put({ ...item, ...campaign }, newerThan(entityVersion));
  },
});
