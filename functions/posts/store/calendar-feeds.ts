import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion } from '#shared/entities.ts';
import type { Page } from '#shared/page.ts';
import type { Item, Key, PageRequest, Table } from '#shared/table.ts';
import { CalendarFeeds, type FeedOwner, noFeeds } from '../domain/calendar-feed.ts';

export interface CalendarFeedStore {
  find(owner: FeedOwner): Promise<CalendarFeeds | undefined>;
  /** The links of a person; if nothing is stored for them, a new item that is not written yet. */
  read(owner: FeedOwner, author: Author): Promise<CalendarFeeds>;
  /** Writes the next version. @throws DomainError `changed_meanwhile`. */
  save(feeds: CalendarFeeds, author: Author): Promise<CalendarFeeds>;
  /** The links of everybody in the workspace, a page of people at a time. */
  list<T>(workspaceId: string, page: PageRequest, accept: (feeds: CalendarFeeds) => T | undefined): Promise<Page<T>>;
  /** The links of the person who has that one; undefined if there is no such link. */
  holderOf(workspaceId: string, feedId: string): Promise<CalendarFeeds | undefined>;
}

const prefix = 'CALENDAR_FEEDS#';
const keyOf = ({ workspaceId, personId }: FeedOwner): Key => ({ pk: workspaceId, sk: prefix + personId });

const feedsItem = (feeds: CalendarFeeds): Item & Key => ({ ...feeds, ...keyOf(feeds), type: 'calendar_feeds' });

const ofWorkspace = (workspaceId: string) => ({
  KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :feeds)',
  ExpressionAttributeValues: { ':workspace': workspaceId, ':feeds': prefix },
});

export const calendarFeedStore = (table: Table): CalendarFeedStore => {
  const find = async (owner: FeedOwner): Promise<CalendarFeeds | undefined> => {
    const item = await table.get(keyOf(owner));
    return item && entityOf(CalendarFeeds, item);
  };
  return {
    find,
    read: async (owner, author) => (await find(owner)) ?? firstVersion(noFeeds(owner), table.now(), author),
    save: entityWriter(table, feedsItem),
    list: (workspaceId, page, accept) =>
      table.queryPage(ofWorkspace(workspaceId), page, (item) => accept(entityOf(CalendarFeeds, item))),
    async holderOf(workspaceId, feedId) {
      // A workspace has at most a thousand members.
      const all = await table.queryAll({ ...ofWorkspace(workspaceId), ConsistentRead: true });
      return all
        .map((item) => entityOf(CalendarFeeds, item))
        .find(({ feeds }) => feeds.some(({ id }) => id === feedId));
    },
  };
};
