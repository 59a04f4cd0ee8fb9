import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { postReader } from '../read-post.ts';
import * as contract from './contract.ts';
import { overrideWarning } from './override.ts';

/** The route to override policy warnings. */
export const overrideRoutes = (deps: Deps): Route[] => {
  const read = postReader(deps);
  return [
    route(contract.overrideWarning, async ({ path, body, caller, request }) =>
      overrideWarning(deps, await read(caller, path, request), body, caller),
    ),
  ];
};
