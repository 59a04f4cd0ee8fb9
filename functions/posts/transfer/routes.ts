import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { exportsPerDay, importsPerDay } from '../domain/transfer.ts';
import * as contract from './contract.ts';
import { exportPosts } from './export.ts';
import { importPosts } from './import.ts';

/** Routes to import and export posts; loaded on first use, which is rare. */
export const transferRoutes = (deps: Deps): Route[] => [
  route(contract.importPosts, async ({ body, caller }) => {
    await deps.dailyLimits.count(caller.workspaceId, 'IMPORTS', importsPerDay, caller.people);
    return importPosts(deps, body, caller);
  }),
  route(contract.exportPosts, async ({ query, caller }) => {
    await deps.dailyLimits.count(caller.workspaceId, 'EXPORTS', exportsPerDay, caller.people);
    return exportPosts(deps, query, caller);
  }),
];
