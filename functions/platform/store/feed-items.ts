import type { Author } from '#shared/actor.ts';
import { firstVersion, nextVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { isNew, type Item, type Key, type Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import type { FeedItem } from '../domain/feed.ts';

export interface FeedItemStore {
  /** Adds an item unless it exists. @param digest of its id */
  add(item: New<FeedItem>, digest: string, author: Author): Promise<void>;
}

/** Only needed until the event is published: the feed's reading remembers the item. */
const keptSeconds = 7 * daySeconds;

export const feedItemStore = (table: Table): FeedItemStore => ({
  async add(item, digest, author) {
    const first: FeedItem = nextVersion(firstVersion(item, table.now(), author), table.now(), author);
    const key: Key = { pk: item.workspaceId, sk: `FEED_ITEM#${item.feedId}#${digest}` };
    const put: Item & Key = {
      ...first,
      ...key,
      type: 'feed_item',
      ttl: timeToLive(new Date(first.createdAt), keptSeconds),
    };
    await table.put(put, isNew);
  },
});
