import type { Item, Table } from './table.ts';

/** The attributes that the index `byDue` finds an item by when its time has come. @param partition such as `FEEDS` */
export const dueAt = (partition: string, at: string, id: string) => ({ byDuePk: partition, byDueSk: `${at}#${id}` });

/** The items of a partition of `byDue` whose time has come, the longest due first. The index may be behind. */
export const dueBy = (table: Table, partition: string, now: Date, limit: number): Promise<Item[]> =>
  table.queryFirst(
    {
      IndexName: 'byDue',
      keysOnly: true,
      KeyConditionExpression: 'byDuePk = :partition AND byDueSk < :end',
      // `$` follows `#`: the end is after all that are due at this very instant.
      ExpressionAttributeValues: { ':partition': partition, ':end': `${now.toISOString()}$` },
    },
    limit,
  );
