import { AccountId, CampaignId } from '#shared/ids.ts';

/** Which posts are asked about; missing: all. */
export const postFilter = {
  accountId: AccountId.optional().meta({ description: 'Only posts of this account' }),
  campaignId: CampaignId.optional().meta({ description: 'Only posts of this campaign' }),
};
