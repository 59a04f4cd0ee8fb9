import type { Key, Table } from '../../../shared/dynamo.ts';
import { timeToLive } from '../../../shared/time.ts';

/** Which posts say the same, or nearly so: an index of keys that `policy/likeness.ts` makes of texts. */
export interface LikenessStore {
  /** Keeps that the post is found under these keys. Doing it again changes nothing. */
  keep(workspaceId: string, postId: string, keys: readonly string[]): Promise<void>;
  /** Ids of the posts that were found under any of the keys, each once. What they say now is theirs to tell. */
  find(workspaceId: string, keys: readonly string[]): Promise<string[]>;
}

/** A post goes out at most 300 days after it was written, as a rule, and counts for 30 days more. */
const keptSeconds = 395 * 86_400;

/** Of posts under one key the newest are looked at. */
export const mostUnderOneKey = 20;

const prefixOf = (key: string): string => `LIKE#${key}#`;
const keyOf = (workspaceId: string, key: string, postId: string): Key => ({
  pk: workspaceId,
  sk: `${prefixOf(key)}${postId}`,
});

export const likenessStore = (table: Table): LikenessStore => ({
  async keep(workspaceId, postId, keys) {
    const ttl = timeToLive(table.now(), keptSeconds);
    await table.putAll(keys.map((key) => ({ ...keyOf(workspaceId, key, postId), type: 'likeness', postId, ttl })));
  },
  async find(workspaceId, keys) {
    const found = await Promise.all(
      keys.map((key) =>
        table.queryFirst(
          {
            KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :key)',
            ExpressionAttributeValues: { ':workspace': workspaceId, ':key': prefixOf(key) },
            // Ids sort by the time they were made.
            ScanIndexForward: false,
            ConsistentRead: true,
          },
          mostUnderOneKey,
        ),
      ),
    );
    return [...new Set(found.flat().map(({ postId }) => String(postId)))];
  },
});
