import type { Item, Key, Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';

/** Which posts have the same text, or nearly so: an index by keys that `checks/similarity.ts` computes from texts. */
export interface SimilarityStore {
  /**
   * Stores that the post is found under these keys. Repeating it changes nothing; of two posts stored at the same time,
   * at least one finds the other afterwards. A new post has nothing stored yet, so nothing has to be read.
   */
  keep(workspaceId: string, postId: string, keys: readonly string[], post?: { isNew: boolean }): Promise<void>;
  /** Ids of the posts stored under any of the keys, each once, newest first. Their texts may have changed since. */
  find(workspaceId: string, keys: readonly string[]): Promise<string[]>;
}

/** A post is usually published at most 300 days after it was written, and counts for 30 days more. */
const keptSeconds = 395 * daySeconds;
/** Age from which a key that is stored again is kept for the full time again. */
const renewedSeconds = 30 * daySeconds;

/** Number of posts considered per key, the newest; at most twice as many are kept. */
export const maxUnderOneKey = 20;

const keyOf = (workspaceId: string, key: string): Key => ({ pk: workspaceId, sk: `LIKE#${key}` });

/** One item per key, with an attribute per post: one read finds all, and concurrent writes do not interfere. */
const postsIn = (item: Item): string[] =>
  Object.keys(item)
    .filter((name) => name.startsWith('pst_'))
    // Ids sort by creation time.
    .sort()
    .reverse();

export const similarityStore = (table: Table): SimilarityStore => {
  const drop = async (key: Key, postIds: readonly string[]): Promise<void> => {
    const names = postIds.map((id, place) => [`#p${place}`, id] as const);
    await table.update(key, {
      UpdateExpression: `REMOVE ${names.map(([name]) => name).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names),
    });
  };
  const keepUnder = async (key: Key, postId: string): Promise<void> => {
    const kept = await table.update(key, {
      UpdateExpression: 'SET #post = :kept, #type = :type, #ttl = :ttl',
      ExpressionAttributeNames: { '#post': postId, '#type': 'type', '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':kept': true,
        ':type': 'likeness',
        ':ttl': timeToLive(table.now(), keptSeconds),
      },
    });
    const posts = postsIn(kept ?? {});
    if (posts.length > 2 * maxUnderOneKey) await drop(key, posts.slice(maxUnderOneKey));
  };
  const kept = (workspaceId: string, keys: readonly string[]) =>
    table.getAll(keys.map((key) => keyOf(workspaceId, key)));

  return {
    async keep(workspaceId, postId, keys, { isNew } = { isNew: false }) {
      const renewFrom = timeToLive(table.now(), keptSeconds - renewedSeconds);
      const found = isNew ? [] : await kept(workspaceId, keys);
      const fresh = found.filter((item) => item[postId] === true && Number(item.ttl) > renewFrom);
      const known = new Set(fresh.map(({ sk }) => sk));
      const missing = keys.map((key) => keyOf(workspaceId, key)).filter(({ sk }) => !known.has(sk));
      await Promise.all(missing.map((key) => keepUnder(key, postId)));
    },
    async find(workspaceId, keys) {
      const found = (await kept(workspaceId, keys)).flatMap((item) => postsIn(item).slice(0, maxUnderOneKey));
      return [...new Set(found)].sort().reverse();
    },
  };
};
