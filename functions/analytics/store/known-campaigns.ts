import type { Key, Table } from '#shared/table.ts';

/** Which campaigns there are, from the events of `campaigns`. */
export interface KnownCampaignStore {
  isKnown(workspaceId: string, campaignId: string): Promise<boolean>;
  learn(workspaceId: string, campaignId: string): Promise<void>;
}

const campaignKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `CAMPAIGN#${id}` });

export const knownCampaignStore = (table: Table): KnownCampaignStore => ({
  isKnown: async (workspaceId, campaignId) => (await table.get(campaignKey(workspaceId, campaignId))) !== undefined,
  async learn(workspaceId, campaignId) {
    await table.put({ ...campaignKey(workspaceId, campaignId), type: 'known_campaign', workspaceId, campaignId });
  },
});
