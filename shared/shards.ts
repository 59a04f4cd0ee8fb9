/**
 * Partitions that an index of all workspaces is spread over: enough that none is hot (one takes 1,000 writes a second, AWS:
 * DynamoDB quotas), few enough that all may be asked.
 */
export const shards: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7];

/** The shard of an entity: the last character of an id is random. */
export const shardOf = (id: string): number => (id.codePointAt(id.length - 1) ?? 0) % shards.length;
