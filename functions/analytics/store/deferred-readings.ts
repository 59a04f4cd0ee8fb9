import { dueBy } from '#shared/due.ts';
import { shardOf } from '#shared/shards.ts';
import type { Key, Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { DeferredReading } from '../domain/deferred-reading.ts';

export interface DeferredReadingStore {
  add(reading: DeferredReading): Promise<void>;
  /** Returns the readings of a shard, of all workspaces, that are due, oldest first. */
  due(shard: number, now: Date, limit: number): Promise<{ reading: DeferredReading; key: Key }[]>;
  remove(key: Key): Promise<void>;
}

/** A reading is dropped this long after it was due: by then its posts are no longer read. */
const keptSeconds = 40 * daySeconds;

export const deferredReadingStore = (table: Table): DeferredReadingStore => ({
  async add(reading) {
    const { workspaceId, accountId, postIds, readAt } = reading;
    const at = new Date(readAt);
    const place = `${at.toISOString()}#${postIds[0] ?? ''}`;
    await table.put({
      ...reading,
      ...{ pk: workspaceId, sk: `DEFERRED#${place}`, type: 'deferred_reading' },
      ...{ byDuePk: `DEFERRED#${shardOf(accountId)}`, byDueSk: place },
      ttl: timeToLive(at, keptSeconds),
    });
  },
  async due(shard, now, limit) {
    const items = await dueBy(table, `DEFERRED#${shard}`, now, limit);
    return items.map((item) => {
      const { pk, sk } = item;
      return { reading: DeferredReading.parse(item), key: { pk: String(pk), sk: String(sk) } };
    });
  },
  remove: (key) => table.delete(key),
});
