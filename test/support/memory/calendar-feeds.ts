import type { CalendarFeed } from '../../../functions/posts/domain/calendar-feed.ts';
import type { CalendarFeedStore } from '../../../functions/posts/store/calendar-feeds.ts';
import type { Author } from '../../../shared/actor.ts';
import { firstVersion, lostUpdate, nextVersion } from '../../../shared/dynamo.ts';
import type { Clock } from '../../../shared/time.ts';

/** Secret links of calendars in memory. */
export const memoryCalendarFeeds = (now: Clock): CalendarFeedStore => {
  const feeds = new Map<string, CalendarFeed>();
  const write = (feed: CalendarFeed, author: Author): CalendarFeed => {
    if ((feeds.get(feed.workspaceId)?.version ?? 0) !== feed.version) throw lostUpdate();
    const next = nextVersion(feed, now(), author);
    feeds.set(next.workspaceId, next);
    return next;
  };
  return {
    find: async (workspaceId) => feeds.get(workspaceId),
    create: async (feed, author) => write(firstVersion(feed, now(), author), author),
    save: async (feed, author) => write(feed, author),
  };
};
