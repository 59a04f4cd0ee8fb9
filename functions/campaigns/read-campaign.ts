import { assertVersion } from '#shared/http/etag.ts';
import type { Caller, RequestFacts } from '#shared/http/route.ts';
import type { Deps } from './deps.ts';
import type { Campaign } from './domain/campaign.ts';

/** Reads the campaign to be changed. If the caller gave a version (`If-Match`), it must match. */
export const campaignReader =
  ({ campaigns }: Pick<Deps, 'campaigns'>) =>
  async (caller: Caller, path: { campaignId: string }, request: RequestFacts): Promise<Campaign> => {
    const campaign = await campaigns.get(caller.workspaceId, path.campaignId);
    assertVersion(campaign, request.ifMatch);
    return campaign;
  };
