/**
 * Partitions of an index across all workspaces: enough that none is hot (each takes 1,000 writes a second, AWS:
 * DynamoDB quotas), few enough that all can be queried.
 */
export const shards: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7];

/** Returns the shard of an entity, by the last character of its id, which is random. */
export const shardOf = (id: string): number => (id.codePointAt(id.length - 1) ?? 0) % shards.length;
