import { dueAt, dueBy } from '#shared/due.ts';
import { entityOf } from '#shared/entities.ts';
import type { Item, Key, Table } from '#shared/table.ts';
import { FeedReading } from '../domain/feed.ts';

type Of = Pick<FeedReading, 'workspaceId' | 'feedId'>;

export interface FeedReadingStore {
  find(of: Of): Promise<FeedReading | undefined>;
  /** Writes one anew, whatever stands. */
  begin(reading: FeedReading): Promise<void>;
  /** Writes the next state; false when somebody else has written one since. */
  replace(before: FeedReading, next: FeedReading): Promise<boolean>;
  end(of: Of): Promise<void>;
  /** Those of all workspaces that are due, the longest due first. */
  due(now: Date, limit: number): Promise<FeedReading[]>;
}

const keyOf = ({ workspaceId, feedId }: Of): Key => ({ pk: workspaceId, sk: `FEED_READING#${feedId}` });

export const readingItem = (reading: FeedReading): Item & Key => ({
  ...reading,
  ...keyOf(reading),
  type: 'feed_reading',
  ...dueAt('FEEDS', reading.dueAt, reading.feedId),
});

export const feedReadingStore = (table: Table): FeedReadingStore => ({
  async find(of) {
    const item = await table.get(keyOf(of));
    return item && entityOf(FeedReading, item);
  },
  async begin(reading) {
    await table.put(readingItem(reading));
  },
  replace: (before, next) =>
    table.put(readingItem(next), {
      ConditionExpression: 'dueAt = :dueAt',
      ExpressionAttributeValues: { ':dueAt': before.dueAt },
    }),
  end: (of) => table.delete(keyOf(of)),
  async due(now, limit) {
    const items = await dueBy(table, 'FEEDS', now, limit);
    return items.map((item) => entityOf(FeedReading, item));
  },
});
