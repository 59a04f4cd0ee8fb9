import { DomainError } from '#shared/errors.ts';
import { AccountId, CampaignId } from '#shared/ids.ts';

/** Which posts are asked about; missing: all. */
export const postFilter = {
  accountId: AccountId.optional().meta({ description: 'Only posts of this account' }),
  campaignId: CampaignId.optional().meta({ description: 'Only posts of this campaign' }),
};

/** Only the posts of a campaign are kept one by one, with their variants. @param path of the field that asks for variants */
export const variantNeedsCampaign = (path: string): DomainError =>
  new DomainError('invalid', 'variant_needs_campaign', 'Variants belong to one campaign. Set `campaignId`.', {
    fields: [{ path, code: 'variant_needs_campaign', message: 'is required to group by variant' }],
  });
