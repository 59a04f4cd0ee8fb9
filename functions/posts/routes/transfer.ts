import { route, type Route } from '../../../shared/http/route.ts';
import * as contract from '../contract/transfer.ts';
import type { Deps } from '../deps.ts';

/** Posts that come from files and go into them. What that takes is loaded late: it is rare. */
export const transferRoutes = (deps: Deps): Route[] => [
  route(contract.importPosts, async ({ body, caller }) =>
    (await import('../transfer/import.ts')).importPosts(deps, body, caller),
  ),
  route(contract.exportPosts, async ({ query, caller }) =>
    (await import('../transfer/export.ts')).exportPosts(deps, query, caller),
  ),
];
