import { newerThan } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';
import { KnownCampaign } from '../domain/known-campaign.ts';

/** Which campaigns there are, from the events of `campaigns`. */
export interface KnownCampaignStore {
  find(workspaceId: string, campaignId: string): Promise<KnownCampaign | undefined>;
  /** Those of them that are known. */
  findAll(workspaceId: string, campaignIds: readonly string[]): Promise<KnownCampaign[]>;
  /** Stores what an event reported, unless a newer event was stored already. */
  learn(workspaceId: string, entityVersion: number, campaign: KnownCampaign): Promise<void>;
}

const campaignKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `CAMPAIGN#${id}` });

export const knownCampaignStore = (table: Table): KnownCampaignStore => ({
  async find(workspaceId, campaignId) {
    const item = await table.get(campaignKey(workspaceId, campaignId));
    return item && KnownCampaign.parse(item);
  },
  async findAll(workspaceId, campaignIds) {
    const items = await table.getAll([...new Set(campaignIds)].map((id) => campaignKey(workspaceId, id)));
    return items.map((item) => KnownCampaign.parse(item));
  },
  async learn(workspaceId, entityVersion, campaign) {
    const key = campaignKey(workspaceId, campaign.campaignId);
    await table.put(
      { ...campaign, ...key, type: 'known_campaign', workspaceId, entityVersion },
      newerThan(entityVersion),
    );
  },
});
