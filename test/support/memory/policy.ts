import { type LikenessStore, mostUnderOneKey } from '#functions/posts/store/similarity.ts';
import type { SpendingStore } from '#functions/posts/store/spending.ts';

/** Which posts say the same, in memory. */
export const memoryLikenesses = (): LikenessStore => {
  const kept = new Map<string, Set<string>>();
  const at = (workspaceId: string, key: string) => `${workspaceId}/${key}`;
  return {
    async keep(workspaceId, postId, keys) {
      for (const key of keys) {
        const place = at(workspaceId, key);
        kept.set(place, (kept.get(place) ?? new Set()).add(postId));
      }
    },
    async find(workspaceId, keys) {
      const newest = keys.map((key) => [...(kept.get(at(workspaceId, key)) ?? [])].sort().reverse());
      return [...new Set(newest.flatMap((ids) => ids.slice(0, mostUnderOneKey)))];
    },
  };
};

/** What X has cost, in memory. */
export const memorySpending = (): SpendingStore => {
  const months = new Map<string, { entityVersion: number; value: Parameters<SpendingStore['learn']>[2] }>();
  return {
    find: async (workspaceId, month) => months.get(`${workspaceId}/${month}`)?.value,
    async learn(workspaceId, entityVersion, value) {
      const at = `${workspaceId}/${value.month}`;
      if ((months.get(at)?.entityVersion ?? 0) < entityVersion) months.set(at, { entityVersion, value });
    },
  };
};
