import type { Author } from '#shared/actor.ts';
import { deletableStore } from '#shared/deletable.ts';
import { firstVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import type { PageRequest, Table } from '#shared/table.ts';
import { Feed, type FeedReading, maxFeeds } from '../domain/feed.ts';
import { readingItem } from './feed-readings.ts';

export interface FeedStore {
  /** @throws DomainError `feed_not_found` */
  get(workspaceId: string, feedId: string): Promise<Feed>;
  /** Undefined if it does not exist or was deleted. */
  find(workspaceId: string, feedId: string): Promise<Feed | undefined>;
  /** @throws DomainError `too_many_feeds` */
  create(feed: New<Feed>, reading: FeedReading, author: Author): Promise<Feed>;
  /**
   * Saves the next version. @param anew reading that replaces the current one @throws DomainError `changed_meanwhile`
   */
  save(feed: Feed, author: Author, anew?: FeedReading): Promise<Feed>;
  /** @throws DomainError `changed_meanwhile` */
  delete(feed: Feed, author: Author): Promise<void>;
  /** Newest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<Feed>>;
}

export const feedStore = (table: Table): FeedStore => {
  const feeds = deletableStore(table, {
    type: 'feed',
    schema: Feed,
    notFound: () => notFound('feed'),
    bound: maxFeeds,
  });
  return {
    ...feeds,
    create: (feed, reading, author) =>
      feeds.create(firstVersion(feed, table.now(), author), author, { put: readingItem(reading) }),
    save: (feed, author, anew) => feeds.save(feed, author, ...(anew ? [{ put: readingItem(anew) }] : [])),
  };
};
