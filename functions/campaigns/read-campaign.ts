import { assertVersion } from '#shared/http/etag.ts';
import type { Caller, RequestFacts } from '#shared/http/route.ts';
import type { Deps } from './deps.ts';
import { type Campaign, isLaunched } from './domain/campaign.ts';

/** Reads the campaign to be changed, as the caller has seen it where they say which version that was. */
export const reader =
  ({ campaigns }: Pick<Deps, 'campaigns'>) =>
  async (caller: Caller, path: { campaignId: string }, request: RequestFacts): Promise<Campaign> => {
    const campaign = await campaigns.get(caller.workspaceId, path.campaignId);
    assertVersion(campaign, request.ifMatch);
    return campaign;
  };

/** Those of these campaigns that are launched and not over, by id: they alone hold posts and times. */
export const launchedAmong = async (
  { campaigns }: Pick<Deps, 'campaigns'>,
  workspaceId: string,
  campaignIds: Iterable<string>,
): Promise<Map<string, Campaign>> => {
  const found = await Promise.all([...new Set(campaignIds)].map((id) => campaigns.find(workspaceId, id)));
  return new Map(found.flatMap((each) => (each && isLaunched(each) ? [[each.id, each]] : [])));
};
