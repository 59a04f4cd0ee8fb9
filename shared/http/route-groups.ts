import type { LazyRoutes } from '../lazy.ts';
import { routeKey } from './operation.ts';
import type { Route } from './route.ts';

/**
 * Finds the route of a request by API Gateway's route key (`GET /v1/posts/{postId}`): among the routes already loaded,
 * or in the one capability that has its path.
 */
export const routeFinder = (routes: readonly (Route | LazyRoutes)[]): ((key: string) => Promise<Route | undefined>) => {
  const atHand = byKey(routes.filter((each) => 'operation' in each));
  const capabilities = new Map(
    routes.filter((each) => 'load' in each).flatMap(({ paths, load }) => paths.map((path) => [path, load] as const)),
  );
  return async (key) => {
    const load = capabilities.get(key) ?? capabilities.get(key.slice(key.indexOf(' ') + 1));
    return atHand.get(key) ?? (load && byKey(await load()).get(key));
  };
};

const byKey = (routes: readonly Route[]): Map<string, Route> =>
  new Map(routes.map((each) => [routeKey(each.operation), each]));
