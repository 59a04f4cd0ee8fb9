import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { calendarPage, readFeed } from './calendar.ts';
import * as contract from './contract.ts';
import { listFeeds, makeFeed, revokeFeed } from './feeds.ts';

/** Routes of the calendar and its feeds; loaded on first use, with the time zone library. */
export const calendarRoutes = (deps: Deps): Route[] => {
  return [
    route(contract.getCalendar, async ({ query, caller }) => calendarPage(deps, query, caller)),
    route(contract.createCalendarFeed, async ({ caller }) => makeFeed(deps, caller)),
    route(contract.listCalendarFeeds, async ({ query, caller }) => listFeeds(deps, query, caller)),
    route(contract.revokeCalendarFeed, async ({ path, caller }) => revokeFeed(deps, path.feedId, caller)),
    route(contract.readCalendarFeed, async ({ path: { token } }) => readFeed(deps, token)),
  ];
};
