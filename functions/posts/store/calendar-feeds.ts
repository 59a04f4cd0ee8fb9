import type { Author } from '../../../shared/actor.ts';
import { entityOf, entityWriter, firstVersion, type Item, type Key, type Table } from '../../../shared/dynamo.ts';
import type { New } from '../../../shared/entity.ts';
import { CalendarFeed } from '../domain/calendar-feed.ts';

export interface CalendarFeedStore {
  find(workspaceId: string): Promise<CalendarFeed | undefined>;
  create(feed: New<CalendarFeed>, author: Author): Promise<CalendarFeed>;
  save(feed: CalendarFeed, author: Author): Promise<CalendarFeed>;
}

const key = (workspaceId: string): Key => ({ pk: workspaceId, sk: 'CALENDAR_FEED' });

const feedItem = (feed: CalendarFeed): Item & Key => ({ ...feed, ...key(feed.workspaceId), type: 'calendar-feed' });

export const calendarFeedStore = (table: Table): CalendarFeedStore => {
  const save = entityWriter(table, feedItem);
  return {
    async find(workspaceId) {
      const item = await table.get(key(workspaceId));
      return item && entityOf(CalendarFeed, item);
    },
    create: (feed, author) => save(firstVersion(feed, table.now(), author), author),
    save,
  };
};
