import { DomainError } from '#shared/errors.ts';
import { AccountId, CampaignId } from '#shared/ids.ts';

/** Filter for posts; omitted: all. */
export const postFilter = {
  accountId: AccountId.optional().meta({ description: 'Only posts of this account' }),
  campaignId: CampaignId.optional().meta({ description: 'Only posts of this campaign' }),
};

/**
 * Returns the error for variants without a campaign: only posts of campaigns are stored one by one.
 * @param path of `campaignId` in the request
 */
export const variantNeedsCampaign = (path: string): DomainError =>
  new DomainError('invalid', 'variant_needs_campaign', 'Variants belong to one campaign. Set `campaignId`.', {
    fields: [{ path, code: 'variant_needs_campaign', message: 'is required to group by variant' }],
  });
