import { once } from '#shared/once.ts';
import type { XApi } from './port.ts';

/** X, loaded when it is first called: most requests never do. */
export const xLate = (load: () => Promise<XApi>): XApi => {
  const loaded = once(load);
  return new Proxy<XApi>({} as XApi, {
    get:
      (_, name) =>
      async (...given: unknown[]): Promise<unknown> => {
        const x = await loaded();
        const call: unknown = Reflect.get(x, name);
        if (typeof call !== 'function') throw new TypeError(`X has no ${String(name)}`);
        return Reflect.apply(call, x, given);
      },
  });
};
