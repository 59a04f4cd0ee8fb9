import type { Deps } from '../../../functions/posts/deps.ts';
import type { Template } from '../../../functions/posts/domain/template.ts';
import type { PostVersion } from '../../../functions/posts/domain/version.ts';
import { firstVersion, lostUpdate, nextVersion } from '../../../shared/dynamo.ts';
import { notFound } from '../../../shared/errors.ts';
import { decodeCursor, encodeCursor } from '../../../shared/http/page.ts';
import type { Clock } from '../../../shared/time.ts';

/** What is known of campaigns, in memory. */
export const memoryCampaignLinks = (): Pick<Deps, 'campaigns'> => {
  type Known = Parameters<Deps['campaigns']['learn']>[2] & { entityVersion: number };
  const known = new Map<string, Known>();
  return {
    campaigns: {
      find: async (workspaceId, id) => known.get(`${workspaceId}/${id}`),
      async learn(workspaceId, entityVersion, campaign) {
        const at = `${workspaceId}/${campaign.campaignId}`;
        if ((known.get(at)?.entityVersion ?? 0) < entityVersion) known.set(at, { ...campaign, entityVersion });
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

/** Templates in memory. */
export const memoryTemplates = (now: Clock): Deps['templates'] => {
  const templates = new Map<string, Template>();
  const keyOf = ({ workspaceId, id }: Pick<Template, 'workspaceId' | 'id'>): string => `${workspaceId}/${id}`;
  const save: Deps['templates']['save'] = async (template, author) => {
    if ((templates.get(keyOf(template))?.version ?? 0) !== template.version) throw lostUpdate();
    const next = nextVersion(template, now(), author);
    templates.set(keyOf(next), next);
    return next;
  };
  return {
    async get(workspaceId, id) {
      const template = templates.get(keyOf({ workspaceId, id }));
      if (!template) throw notFound('template');
      return template;
    },
    create: async (template, author) => save(firstVersion(template, now(), author), author),
    save,
    async delete(template) {
      if (templates.get(keyOf(template))?.version !== template.version) throw lostUpdate();
      templates.delete(keyOf(template));
    },
    async list(workspaceId, { limit, cursor, scope }) {
      const before = cursor === undefined ? undefined : decodeCursor(cursor, scope).id;
      const all = [...templates.values()]
        .filter((each) => each.workspaceId === workspaceId && (before === undefined || each.id < before))
        .sort((one, other) => (one.id < other.id ? 1 : -1));
      const items = all.slice(0, limit);
      const last = items.at(-1);
      return { items, nextCursor: last && all.length > limit ? encodeCursor({ id: last.id }, scope) : null };
    },
  };
};
