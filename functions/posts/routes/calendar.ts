import { route, type Route } from '../../../shared/http/route.ts';
import { once } from '../../../shared/once.ts';
import * as contract from '../contract/calendar.ts';
import type { Deps } from '../deps.ts';

/** The calendar, and its feed for calendar programs. With the library of time zones it is loaded late. */
export const calendarRoutes = (deps: Deps): Route[] => {
  const calendar = once(() => import('../calendar.ts'));
  return [
    route(contract.getCalendar, async ({ query, caller }) => (await calendar()).calendarPage(deps, query, caller)),
    route(contract.createCalendarFeed, async ({ caller }) => (await calendar()).makeFeed(deps, caller)),
    route(contract.revokeCalendarFeed, async ({ caller }) => (await calendar()).revokeFeed(deps, caller)),
    route(contract.readCalendarFeed, async ({ path: { token } }) => (await calendar()).readFeed(deps, token)),
  ];
};
