import { once } from '../once.ts';
import { routeKey } from './operation.ts';
import type { Route } from './route.ts';

/** A part of a context's API whose contract and code are loaded when somebody asks for it. */
export type Room = () => Promise<readonly Route[]>;

/**
 * Finds what carries a request out, by API Gateway's route key: first among the routes at hand, then in one room after
 * another, each opened once. The cold start of a request reads no further than its own room: those that are asked for
 * most come first.
 */
export const routeFinder = (routes: readonly (Route | Room)[]): ((key: string) => Promise<Route | undefined>) => {
  const atHand = byKey(routes.filter((each) => typeof each !== 'function'));
  const rooms = routes
    .filter((each) => typeof each === 'function')
    .map((open) => once(async () => byKey(await open())));
  return async (key) => {
    const known = atHand.get(key);
    if (known) return known;
    for (const room of rooms) {
      const found = (await room()).get(key);
      if (found) return found;
    }
    return undefined;
  };
};

const byKey = (routes: readonly Route[]): Map<string, Route> =>
  new Map(routes.map((each) => [routeKey(each.operation), each]));
