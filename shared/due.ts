import type { Item, Table } from './table.ts';

/** Returns the attributes by which the index `byDue` finds an item once it is due. @param partition such as `FEEDS` */
export const dueAt = (partition: string, at: string, id: string) => ({ byDuePk: partition, byDueSk: `${at}#${id}` });

/** Returns the due items of a partition of `byDue`, longest due first. The index is eventually consistent. */
export const dueBy = (table: Table, partition: string, now: Date, limit: number): Promise<Item[]> =>
  table.queryFirst(
    {
      IndexName: 'byDue',
      keysOnly: true,
      KeyConditionExpression: 'byDuePk = :partition AND byDueSk < :end',
      // `$` sorts after `#`, so items due at exactly this instant are included.
      ExpressionAttributeValues: { ':partition': partition, ':end': `${now.toISOString()}$` },
    },
    limit,
  );
