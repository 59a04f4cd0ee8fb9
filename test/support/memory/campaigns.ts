import type { Deps } from '#functions/campaigns/deps.ts';
import type { Campaign } from '#functions/campaigns/domain/campaign.ts';
import type { KnownPost } from '#functions/campaigns/domain/known-post.ts';
import type { Slot } from '#functions/campaigns/domain/slot.ts';
import type { Author } from '#shared/actor.ts';
import { firstVersion, lostUpdate, nextVersion } from '#shared/entities.ts';
import type { Entity } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Change } from '#shared/lambda/stream.ts';
import type { Clock } from '#shared/time.ts';

/** The context's stores in memory, with the writes that a table's stream would tell. */
export interface MemoryCampaigns extends Deps {
  /** Every write of a campaign or a slot, in order. */
  changes: Change[];
  /** Makes a post known, as its events would. */
  know(workspaceId: string, postId: string, status?: KnownPost['status'], entityVersion?: number): void;
}

export const memoryCampaigns = (now: Clock): MemoryCampaigns => {
  const campaigns = new Map<string, Campaign>();
  const slots = new Map<string, Slot>();
  const posts = new Map<string, KnownPost>();
  const changes: Change[] = [];
  const key = (workspaceId: string, id: string) => `${workspaceId}/${id}`;

  const write = <E extends Entity & { id: string }>(
    into: Map<string, E>,
    type: string,
    entity: E,
    author: Author,
  ): E => {
    const at = key(entity.workspaceId, entity.id);
    const before = into.get(at);
    if ((before?.version ?? 0) !== entity.version) throw lostUpdate();
    const next = nextVersion(entity, now(), author);
    into.set(at, next);
    changes.push({ before: before && { ...before, type }, after: { ...next, type } });
    return next;
  };

  const save: Deps['campaigns']['save'] = async (campaign, author, along = {}) => {
    const taken = (along.claims ?? []).map((claim) => {
      const post = posts.get(key(campaign.workspaceId, claim.postId));
      if (!post || (post.taken?.slotId ?? null) !== claim.seen) throw lostUpdate();
      return { ...post, taken: { campaignId: campaign.id, slotId: claim.slotId } };
    });
    const saved = write(campaigns, 'campaign', campaign, author);
    for (const post of taken) posts.set(key(campaign.workspaceId, post.postId), post);
    for (const slot of along.slots ?? []) write(slots, 'slot', firstVersion(slot, now(), author), author);
    return saved;
  };

  return {
    changes,
    now,
    patience: { totalMs: 0, everyMs: 1 },
    know: (workspaceId, postId, status = 'draft', entityVersion = 1) =>
      void posts.set(key(workspaceId, postId), { postId, status, entityVersion, taken: null }),
    campaigns: {
      async get(workspaceId, id) {
        const campaign = campaigns.get(key(workspaceId, id));
        if (!campaign) throw notFound('campaign');
        return campaign;
      },
      find: async (workspaceId, id) => campaigns.get(key(workspaceId, id)),
      create: async (campaign, claims, author) => save(firstVersion(campaign, now(), author), author, { claims }),
      save,
      list: async (workspaceId, { status }, { limit }) => {
        const all = [...campaigns.values()].filter((each) => each.workspaceId === workspaceId).reverse();
        const wanted = all.filter((each) => status === undefined || each.status === status);
        return { items: wanted.slice(0, limit), nextCursor: null };
      },
    },
    slots: {
      find: async (workspaceId, _campaignId, id) => slots.get(key(workspaceId, id)),
      save: async (slot, author) => write(slots, 'slot', slot, author),
      ofCampaign: async (workspaceId, campaignId) =>
        [...slots.values()].filter((slot) => slot.workspaceId === workspaceId && slot.campaignId === campaignId),
    },
    posts: {
      find: async (workspaceId, postId) => posts.get(key(workspaceId, postId)),
      async learn(workspaceId, postId, entityVersion, status, at) {
        const known = posts.get(key(workspaceId, postId));
        if (known && known.entityVersion >= entityVersion) return;
        posts.set(key(workspaceId, postId), { postId, status, entityVersion, at, taken: known?.taken ?? null });
      },
    },
  };
};
