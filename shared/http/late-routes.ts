import { once } from '../once.ts';
import type { Operation } from './operation.ts';
import type { Route } from './route.ts';

/**
 * Routes whose code is loaded when one of them is first asked for: the cold starts of all other requests, events and
 * triggers do not read it. `load` gives a route for each of the operations.
 */
export const lateRoutes = (operations: readonly Operation[], load: () => Promise<Route[]>): Route[] => {
  const loaded = once(load);
  return operations.map((operation) => ({
    operation,
    async handle(input) {
      const route = (await loaded()).find((each) => each.operation.id === operation.id);
      if (!route) throw new Error(`Nothing carries out ${operation.id}`);
      return route.handle(input);
    },
  }));
};
