import type { Table } from '../table.ts';

/** What a context's table holds of a workspace. */
export interface WorkspaceItems {
  /**
   * Erases a bounded part of it: `more` while there was anything. What begins with `first` goes before all else, in that
   * order; the one item `kept` stays.
   */
  erase(workspaceId: string, first?: readonly string[], kept?: string): Promise<'more' | 'done'>;
}

/** Items erased per call, and items erased at a time: a call takes a second or two, where a function has fifteen. */
const itemsAtATime = 500;
const writesAtATime = 25;

/** Every item of a workspace lies in these partitions: its own, and the replies kept for an Idempotency-Key. */
const partitionsOf = (workspaceId: string): string[] => [workspaceId, `${workspaceId}#IDEMPOTENCY`];

/** The items of workspaces in a context's table. DynamoDB removes the items whose time to live has passed. */
export const workspaceItems = (table: Table): WorkspaceItems => {
  const keysIn = async (partition: string, prefix: string | undefined, kept: string | undefined) => {
    const { items } = await table.queryPage(
      {
        KeyConditionExpression: prefix === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':pk': partition, ...(prefix !== undefined && { ':prefix': prefix }) },
        ProjectionExpression: 'pk, sk, #ttl',
        ConsistentRead: true,
      },
      { limit: itemsAtATime, scope: {} },
      ({ pk, sk }) => (sk === kept ? undefined : { pk: String(pk), sk: String(sk) }),
    );
    return items;
  };
  return {
    async erase(workspaceId, first = [], kept) {
      const places: { pk: string; prefix?: string }[] = [
        ...first.map((prefix) => ({ pk: workspaceId, prefix })),
        ...partitionsOf(workspaceId).map((pk) => ({ pk })),
      ];
      for (const { pk, prefix } of places) {
        const keys = await keysIn(pk, prefix, kept);
        for (let from = 0; from < keys.length; from += writesAtATime) {
          await Promise.all(keys.slice(from, from + writesAtATime).map((key) => table.delete(key)));
        }
        if (keys.length > 0) return 'more';
      }
      return 'done';
    },
  };
};
