import type { Route } from './http/route.ts';
import type { Task } from './lambda/task.ts';
import { once } from './once.ts';

/** Ports with only asynchronous methods. */
type Asynchronous<Port> = { [Name in keyof Port]: (...given: never[]) => Promise<unknown> };

/**
 * Loads a port at its first call and keeps it; a failure is not kept. For ports that are heavy and rarely used
 * (docs/decisions/0022-what-is-loaded-late.md).
 */
export const lazy = <Port extends Asynchronous<Port>>(load: () => Promise<Port>): Port => {
  const loaded = once(load);
  return new Proxy({} as Port, {
    // Its members are unknown until it is loaded, so a copy would be empty.
    ownKeys: () => {
      throw new Error('A port that is loaded late cannot be spread: see `overriding`');
    },
    get: (replaced, name) => {
      if (Object.hasOwn(replaced, name)) return replaced[name as keyof Port];
      // Not a thenable: `await port` returns the port itself.
      if (name === 'then') return undefined;
      return async (...given: never[]): Promise<unknown> => (await loaded())[name as keyof Port](...given);
    },
  });
};

/** Returns the port with some members replaced. Unlike a spread, it also works for a lazy port. */
export const overriding = <Port extends object>(port: Port, members: Partial<Port>): Port =>
  Object.assign(Object.create(port) as Port, members);

/** Routes of a capability, loaded with the first request for one of them. */
export interface LazyRoutes {
  /** Paths as in the contracts, preceded by the method where capabilities share a path (`DELETE /v1/me`). */
  readonly paths: readonly string[];
  readonly load: () => Promise<readonly Route[]>;
}

/** Finds a capability's routes by path, so that a request loads no other capability. */
export const lazyRoutes = (paths: readonly string[], load: () => Promise<readonly Route[]>): LazyRoutes => ({
  paths,
  load: once(load),
});

/** Finds a capability's tasks by name, and loads them when a workflow first calls one. */
export const lazyTasks = (names: readonly string[], load: () => Promise<readonly Task[]>): Task[] => {
  const loaded = once(load);
  return names.map((name) => ({
    name,
    run: async (input, origin) => {
      const found = (await loaded()).find((each) => each.name === name);
      if (!found) throw new Error(`Nothing carries out ${name}`);
      return found.run(input, origin);
    },
  }));
};
