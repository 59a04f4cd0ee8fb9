import { type Route, route } from '#shared/http/route.ts';
import { once } from '#shared/once.ts';
import type { Deps } from '../deps.ts';
import * as contract from './contract.ts';

/** The calendar, and its feed for calendar programs. With the library of time zones it is loaded late. */
export const calendarRoutes = (deps: Deps): Route[] => {
  const calendar = once(() => import('./calendar.ts'));
  const feeds = once(() => import('./feeds.ts'));
  return [
    route(contract.getCalendar, async ({ query, caller }) => (await calendar()).calendarPage(deps, query, caller)),
    route(contract.createCalendarFeed, async ({ caller }) => (await feeds()).makeFeed(deps, caller)),
    route(contract.listCalendarFeeds, async ({ query, caller }) => (await feeds()).listFeeds(deps, query, caller)),
    route(contract.revokeCalendarFeed, async ({ path, caller }) =>
      (await feeds()).revokeFeed(deps, path.feedId, caller),
    ),
    route(contract.readCalendarFeed, async ({ path: { token } }) => (await calendar()).readFeed(deps, token)),
  ];
};
