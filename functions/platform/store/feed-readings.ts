import { dueAt, dueBy } from '#shared/due.ts';
import { entityOf } from '#shared/entities.ts';
import type { Condition, Item, Key, Table } from '#shared/table.ts';
import { FeedReading } from '../domain/feed.ts';

type Of = Pick<FeedReading, 'workspaceId' | 'feedId'>;

export interface FeedReadingStore {
  find(of: Of): Promise<FeedReading | undefined>;
  /** Saves the next state; false if it was changed meanwhile. */
  replace(before: FeedReading, next: FeedReading): Promise<boolean>;
  /** Deletes the reading, unless it was changed meanwhile. */
  end(reading: FeedReading): Promise<void>;
  /** Due readings of all workspaces, longest overdue first. */
  due(now: Date, limit: number): Promise<FeedReading[]>;
}

const keyOf = ({ workspaceId, feedId }: Of): Key => ({ pk: workspaceId, sk: `FEED_READING#${feedId}` });

export const readingItem = (reading: FeedReading): Item & Key => ({
  ...reading,
  ...keyOf(reading),
  type: 'feed_reading',
  ...dueAt('FEEDS', reading.dueAt, reading.feedId),
});

const stillStands = ({ dueAt: at }: FeedReading): Condition => ({
  ConditionExpression: 'dueAt = :dueAt',
  ExpressionAttributeValues: { ':dueAt': at },
});

export const feedReadingStore = (table: Table): FeedReadingStore => ({
  async find(of) {
    const item = await table.get(keyOf(of));
    return item && entityOf(FeedReading, item);
  },
  replace: (before, next) => table.put(readingItem(next), stillStands(before)),
  async end(reading) {
    await table.transact([{ delete: keyOf(reading), condition: stillStands(reading) }]);
  },
  async due(now, limit) {
    const items = await dueBy(table, 'FEEDS', now, limit);
    return items.map((item) => entityOf(FeedReading, item));
  },
});
