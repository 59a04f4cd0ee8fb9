import type { Key, Table } from '#shared/table.ts';

/**
 * Data past the retention of a workspace. Most of it expires on its own; this deletes what was written to last longer.
 */
export interface OutdatedStore {
  /** Deletes some of the data of posts published before a UTC day, and returns how many items. */
  deleteSome(workspaceId: string, before: string): Promise<number>;
  /** Returns the first UTC day that has metrics; undefined: none. */
  firstDay(workspaceId: string): Promise<string | undefined>;
}

/** Items deleted per call, and concurrently. */
const itemsAtATime = 500;
const writesAtATime = 25;

/** Prefixes of keys that continue with the day. */
const byDay = ['WORKSPACE_DAY#', 'READINGS#', 'OUTCOME#'];

/** Prefixes of keys that name something else first, with the attribute that has the day or time. */
const others = [
  { prefix: 'ACCOUNT_DAY#', attribute: 'day' },
  { prefix: 'CAMPAIGN_DAY#', attribute: 'day' },
  { prefix: 'AUDIENCE#', attribute: 'day' },
  { prefix: 'TRACKED#', attribute: 'publishedAt' },
];

export const outdatedStore = (table: Table): OutdatedStore => {
  const keysBefore = async (workspaceId: string, before: string): Promise<Key[]> => {
    const page = { limit: itemsAtATime, scope: {} };
    const keyOf = ({ pk, sk }: Record<string, unknown>): Key => ({ pk: String(pk), sk: String(sk) });
    const ttl = { '#ttl': 'ttl' };
    for (const prefix of byDay) {
      const { items } = await table.queryPage(
        {
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          ProjectionExpression: 'pk, sk, #ttl',
          ExpressionAttributeNames: ttl,
          ExpressionAttributeValues: {
            ':pk': workspaceId,
            ':first': prefix,
            ':last': `${prefix}${dayBefore(before)}~`,
          },
        },
        page,
        keyOf,
      );
      if (items.length > 0) return items;
    }
    for (const { prefix, attribute } of others) {
      const { items } = await table.queryPage(
        {
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          FilterExpression: '#at < :before',
          ProjectionExpression: 'pk, sk, #ttl',
          ExpressionAttributeNames: { ...ttl, '#at': attribute },
          ExpressionAttributeValues: { ':pk': workspaceId, ':prefix': prefix, ':before': before },
        },
        page,
        keyOf,
      );
      if (items.length > 0) return items;
    }
    return [];
  };
  return {
    async deleteSome(workspaceId, before) {
      const keys = await keysBefore(workspaceId, before);
      for (let from = 0; from < keys.length; from += writesAtATime) {
        await Promise.all(keys.slice(from, from + writesAtATime).map((key) => table.delete(key)));
      }
      return keys.length;
    },
    async firstDay(workspaceId) {
      const [first] = await table.queryFirst(
        {
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': workspaceId, ':prefix': 'WORKSPACE_DAY#' },
        },
        1,
      );
      return first && String(first.day);
    },
  };
};

const dayBefore = (day: string): string => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
