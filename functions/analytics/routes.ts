import { healthRoutes, reachTable } from '#shared/http/health.ts';
import type { Route } from '#shared/http/route.ts';
import { type LazyRoutes, lazyRoutes } from '#shared/lazy.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { health } from './health.ts';
import { metricsRoutes } from './metrics/routes.ts';

/** The HTTP operations of analytics. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): (Route | LazyRoutes)[] => [
  ...metricsRoutes(deps),
  // Periods in a time zone need the time zone library.
  lazyRoutes(
    ['overview', 'series', 'posts', 'reliability', 'campaigns/{campaignId}', 'accounts/{accountId}/growth'].map(
      (what) => `/v1/analytics/${what}`,
    ),
    async () => (await import('./performance/routes.ts')).performanceRoutes(deps),
  ),
  lazyRoutes(['/v1/analytics/reports', '/v1/analytics/reports/{reportId}'], async () =>
    (await import('./reports/routes.ts')).reportRoutes(deps),
  ),
  lazyRoutes(['/v1/analytics/retention'], async () => (await import('./keeping/routes.ts')).keepingRoutes(deps)),
  lazyRoutes(['/v1/analytics/alerts'], async () => (await import('./alerts/routes.ts')).alertRoutes(deps)),
  lazyRoutes(
    [
      '/v1/analytics/insights',
      ...['best-times', 'posting-rules', 'forecast'].map((what) => `/v1/analytics/accounts/{accountId}/${what}`),
    ],
    async () => (await import('./insights/routes.ts')).insightRoutes(deps),
  ),
  lazyRoutes(
    [
      ...['', '/{shareId}'].map((path) => `/v1/analytics/reports/{reportId}/shares${path}`),
      '/v1/shared-reports/{token}',
    ],
    async () => (await import('./reports/share-routes.ts')).shareRoutes(deps),
  ),
  // Schedules need the recurrence library.
  lazyRoutes(
    ['', '/{savedReportId}', '/{savedReportId}/make'].map((path) => `/v1/analytics/saved-reports${path}`),
    async () => (await import('./reports/saved-routes.ts')).savedReportRoutes(deps),
  ),
  ...healthRoutes(health, 'analytics', reachTable(table)),
];
