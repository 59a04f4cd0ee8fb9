import type { Route } from './http/route.ts';
import type { Task } from './lambda/task.ts';
import { once } from './once.ts';

/** Ports whose every member is an asynchronous method. */
type Asynchronous<Port> = { [Name in keyof Port]: (...given: never[]) => Promise<unknown> };

/**
 * A port that is loaded at its first call, once; a failure is not kept. For what is heavy and rare
 * (docs/decisions/0022-what-is-loaded-late.md).
 */
export const lazy = <Port extends Asynchronous<Port>>(load: () => Promise<Port>): Port => {
  const loaded = once(load);
  return new Proxy({} as Port, {
    // Its members are not known before it is loaded: a copy would have none.
    ownKeys: () => {
      throw new Error('A port that is loaded late cannot be spread: see `overriding`');
    },
    get: (replaced, name) => {
      if (Object.hasOwn(replaced, name)) return replaced[name as keyof Port];
      // Awaiting the port itself gives it as it is.
      if (name === 'then') return undefined;
      return async (...given: never[]): Promise<unknown> => (await loaded())[name as keyof Port](...given);
    },
  });
};

/** The port with other members in the place of some; unlike a spread, of one that is loaded late as well. */
export const overriding = <Port extends object>(port: Port, members: Partial<Port>): Port =>
  Object.assign(Object.create(port) as Port, members);

/** Routes of a capability that are loaded when one of them is asked for. */
export interface LazyRoutes {
  /** Paths as contracts have them; with a method before it where capabilities share a path (`DELETE /v1/me`). */
  readonly paths: readonly string[];
  readonly load: () => Promise<readonly Route[]>;
}

/** A capability's routes, found by their paths: a request loads no capability but its own. */
export const lazyRoutes = (paths: readonly string[], load: () => Promise<readonly Route[]>): LazyRoutes => ({
  paths,
  load: once(load),
});

/** A capability's tasks, found by their names, loaded when a workflow first asks for one. */
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
