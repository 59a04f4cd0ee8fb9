import { healthRoutes, reachTable } from '#shared/http/health.ts';
import type { Route } from '#shared/http/route.ts';
import type { Table } from '#shared/table.ts';
import { accountHealthRoutes } from './account-health/routes.ts';
import { connectionRoutes } from './connections/routes.ts';
import type { Deps } from './deps.ts';
import { health } from './health.ts';
import { usageRoutes } from './usage/routes.ts';

/** The HTTP operations of accounts. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): Route[] => [
  ...connectionRoutes(deps),
  ...accountHealthRoutes(deps),
  ...usageRoutes(deps),
  ...healthRoutes(health, 'accounts', reachTable(table)),
];
