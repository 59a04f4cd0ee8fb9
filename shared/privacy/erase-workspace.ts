import type { Table } from '../table.ts';

/** Items of workspaces in a context's table. */
export interface WorkspaceItems {
  /**
   * Erases a bounded number of items; `more` as long as there were any. Those whose keys begin with `first` are erased
   * first, in that order; the item with the sort key `kept` stays.
   */
  erase(workspaceId: string, first?: readonly string[], kept?: string): Promise<'more' | 'done'>;
}

/** Items erased per call, and concurrently: a call takes a second or two, out of a function's fifteen. */
const itemsAtATime = 500;
const writesAtATime = 25;

/** The partitions with all items of a workspace: its own, and the replies stored for an Idempotency-Key. */
const partitionsOf = (workspaceId: string): string[] => [workspaceId, `${workspaceId}#IDEMPOTENCY`];

/** Erases items of workspaces in a context's table. DynamoDB removes those whose time to live has passed. */
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
