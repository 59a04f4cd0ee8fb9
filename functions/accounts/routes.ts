import { healthRoutes, reachTable } from '#shared/http/health.ts';
import type { Route } from '#shared/http/route.ts';
import { type LazyRoutes, lazyRoutes } from '#shared/lazy.ts';
import type { Table } from '#shared/table.ts';
import { connectionRoutes } from './connections/routes.ts';
import type { Deps } from './deps.ts';
import { health } from './health.ts';

/** Returns the HTTP routes of accounts: the most frequent are loaded with the function, the rest by path. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): (Route | LazyRoutes)[] => [
  ...connectionRoutes(deps),
  lazyRoutes(['/v1/accounts/{accountId}/probe', '/v1/accounts/{accountId}/automation-checklist'], async () =>
    (await import('./account-health/routes.ts')).accountHealthRoutes(deps),
  ),
  lazyRoutes(['/v1/accounts/usage', '/v1/accounts/usage/posts/{postId}'], async () =>
    (await import('./usage/routes.ts')).usageRoutes(deps),
  ),
  lazyRoutes(['/v1/x/webhook'], async () => (await import('./activity/routes.ts')).activityRoutes(deps)),
  ...healthRoutes(health, 'accounts', reachTable(table)),
];
