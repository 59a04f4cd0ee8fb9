import type { Deps } from '../deps.ts';
import { type Campaign, isLaunched } from '../domain/campaign.ts';

/** Those of these campaigns that are launched and have not ended, by id; only they hold posts and times. */
export const launchedAmong = async (
  { campaigns }: Pick<Deps, 'campaigns'>,
  workspaceId: string,
  campaignIds: Iterable<string>,
): Promise<Map<string, Campaign>> => {
  const found = await Promise.all([...new Set(campaignIds)].map((id) => campaigns.find(workspaceId, id)));
  return new Map(found.flatMap((each) => (each && isLaunched(each) ? [[each.id, each]] : [])));
};
