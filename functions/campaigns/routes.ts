import { healthRoutes, reachTable } from '#shared/http/health.ts';
import type { Route } from '#shared/http/route.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { editingRoutes } from './editing/routes.ts';
import { health } from './health.ts';
import { lifecycleRoutes } from './lifecycle/routes.ts';

/** The HTTP operations of campaigns. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): Route[] => [
  ...editingRoutes(deps),
  ...lifecycleRoutes(deps),
  ...healthRoutes(health, 'campaigns', reachTable(table)),
];
