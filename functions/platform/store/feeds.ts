import type { Author } from '#shared/actor.ts';
import { createWithin, oneLess } from '#shared/counts.ts';
import { entityOf, entityWriter, firstVersion, lostUpdate, nextVersion, stillAt } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import { isNew, type Item, type Key, type PageRequest, type Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { Feed, type FeedReading, maxFeeds } from '../domain/feed.ts';
import { readingItem } from './feed-readings.ts';

export interface FeedStore {
  /** @throws DomainError `feed_not_found` */
  get(workspaceId: string, feedId: string): Promise<Feed>;
  /** Undefined when there is none, or it was deleted. */
  find(workspaceId: string, feedId: string): Promise<Feed | undefined>;
  /** @throws DomainError `too_many_feeds` */
  create(feed: New<Feed>, reading: FeedReading, author: Author): Promise<Feed>;
  /** Writes the next version. @throws DomainError `changed_meanwhile` */
  save(feed: Feed, author: Author): Promise<Feed>;
  /** @throws DomainError `changed_meanwhile` */
  delete(feed: Feed, author: Author): Promise<void>;
  /** The newest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<Feed>>;
}

const prefix = 'FEED#';
const keyOf = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: prefix + id });

/** What they are counted by. */
const counted = 'FEEDS';

/** A deleted one is kept for a day, so that its deletion is told. */
const keptSeconds = daySeconds;

const feedItem = (feed: Feed): Item & Key => ({
  ...feed,
  ...keyOf(feed.workspaceId, feed.id),
  type: 'feed',
  ...(feed.deletedAt !== null && { ttl: timeToLive(new Date(feed.deletedAt), keptSeconds) }),
});

const standing = (item: Item | undefined): Feed | undefined => {
  const feed = item && entityOf(Feed, item);
  return feed?.deletedAt === null ? feed : undefined;
};

export const feedStore = (table: Table): FeedStore => {
  const find = async (workspaceId: string, feedId: string): Promise<Feed | undefined> =>
    standing(await table.get(keyOf(workspaceId, feedId)));
  return {
    find,
    async get(workspaceId, feedId) {
      const feed = await find(workspaceId, feedId);
      if (!feed) throw notFound('feed');
      return feed;
    },
    async create(feed, reading, author) {
      const first = nextVersion(firstVersion(feed, table.now(), author), table.now(), author);
      const writes = [{ put: feedItem(first), condition: isNew }, { put: readingItem(reading) }];
      await createWithin(table, feed.workspaceId, counted, maxFeeds, ...writes);
      return first;
    },
    save: entityWriter(table, feedItem),
    async delete(feed, author) {
      const deleted = nextVersion({ ...feed, deletedAt: table.now().toISOString() }, table.now(), author);
      const writes = [{ put: feedItem(deleted), condition: stillAt(feed.version) }, oneLess(feed.workspaceId, counted)];
      if (!(await table.transact(writes))) throw lostUpdate();
    },
    list: (workspaceId, page) =>
      table.queryPage(
        {
          KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': prefix },
          ScanIndexForward: false,
        },
        page,
        standing,
      ),
  };
};
