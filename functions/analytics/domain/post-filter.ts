import { DomainError } from '#shared/errors.ts';
import { AccountId, CampaignId } from '#shared/ids.ts';

/** Filter for posts; omitted: all. */
export const postFilter = {
  accountId: AccountId.optional().meta({ description: 'Only posts of this account' }),
  campaignId: CampaignId.optional().meta({ description: 'Only posts of this campaign' }),
};

/**
 * Returns the error for variants without a campaign: posts are stored one by one only by campaign.
 * @param path of `campaignId`
 */
export const variantNeedsCampaign = (path: string): DomainError =>
  new DomainError('invalid', 'variant_needs_campaign', 'Variants belong to one campaign. Set `campaignId`.', {
    fields: [{ path, code: 'variant_needs_campaign', message: 'is required to group by variant' }],
  });
