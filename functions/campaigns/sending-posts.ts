import type { Deps } from './deps.ts';
import type { Campaign } from './domain/campaign.ts';

/** The posts of a campaign that were permitted and may be on their way to X. */
export const sendingPosts = async (
  { passes }: Pick<Deps, 'passes'>,
  { workspaceId, id }: Pick<Campaign, 'workspaceId' | 'id'>,
): Promise<ReadonlySet<string>> => {
  const found = await passes.sending({ workspaceId, campaignId: id });
  return new Set(found.map(({ postId }) => postId));
};
