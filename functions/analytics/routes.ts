import { healthRoutes, reachTable } from '#shared/http/health.ts';
import type { Route } from '#shared/http/route.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { health } from './health.ts';
import { metricsRoutes } from './metrics/routes.ts';

/** The HTTP operations of analytics. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): Route[] => [
  ...metricsRoutes(deps),
  ...healthRoutes(health, 'analytics', reachTable(table)),
];
