import type { Deps } from '#functions/posts/deps.ts';
import type { PostVersion } from '#functions/posts/domain/version.ts';

/** What is known of campaigns, in memory. */
export const memoryCampaignLinks = (): Pick<Deps, 'campaigns'> => {
  type Known = NonNullable<Awaited<ReturnType<Deps['campaigns']['find']>>> & { entityVersion: number };
  const known = new Map<string, Known>();
  const slots = new Map<string, { campaignId: string; slotId: string }>();
  return {
    campaigns: {
      find: async (workspaceId, id) => known.get(`${workspaceId}/${id}`),
      async learn(workspaceId, entityVersion, campaign) {
        const at = `${workspaceId}/${campaign.campaignId}`;
        if ((known.get(at)?.entityVersion ?? 0) < entityVersion) {
          known.set(at, { isCancelled: false, cancelledAt: null, ...campaign, entityVersion });
        }
      },
      launchedSlot: async (workspaceId, postId) => slots.get(`${workspaceId}/${postId}`),
      async learnSlots(workspaceId, campaignId, taken) {
        for (const { slotId, postId } of taken) {
          const at = `${workspaceId}/${postId}`;
          if ((slots.get(at)?.slotId ?? '') < slotId) slots.set(at, { campaignId, slotId });
        }
      },
    },
  };
};

/** The contents that posts had before, in memory: what the writes of posts have put there. */
export const memoryVersions = (kept: Map<string, PostVersion>): Deps['versions'] & { expired: Map<string, number> } => {
  const expired = new Map<string, number>();
  return {
    expired,
    find: async (workspaceId, postId, contentVersion) => kept.get(`${workspaceId}/${postId}/${contentVersion}`),
    between: async (workspaceId, postId, { first, last }) =>
      [...kept.values()]
        .filter((each) => each.workspaceId === workspaceId && each.postId === postId)
        .filter(({ contentVersion }) => contentVersion >= first && contentVersion <= last)
        .sort((one, other) => other.contentVersion - one.contentVersion),
    expire: async (workspaceId, postId, ttl) => void expired.set(`${workspaceId}/${postId}`, ttl),
  };
};
