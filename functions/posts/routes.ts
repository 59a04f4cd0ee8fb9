import { healthRoutes, reachTable } from '#shared/http/health.ts';
import type { Route } from '#shared/http/route.ts';
import type { Room } from '#shared/http/route-groups.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { health } from './health.ts';

/** The HTTP operations of posts, those first that are asked for most. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): (Route | Room)[] => [
  async () => (await import('./writing/routes.ts')).writingRoutes(deps),
  async () => (await import('./media/routes.ts')).mediaRoutes(deps),
  async () => (await import('./scheduling/routes.ts')).schedulingRoutes(deps),
  async () => (await import('./approval/routes.ts')).approvalRoutes(deps),
  async () => (await import('./queue/routes.ts')).queueRoutes(deps),
  async () => (await import('./transfer/routes.ts')).transferRoutes(deps),
  async () => (await import('./calendar/routes.ts')).calendarRoutes(deps),
  async () => (await import('./receipts/routes.ts')).receiptRoutes(deps),
  async () => (await import('./versions/routes.ts')).versionRoutes(deps),
  async () => (await import('./templates/routes.ts')).templateRoutes(deps),
  async () => (await import('./published/routes.ts')).onXRoutes(deps),
  async () => (await import('./composing/routes.ts')).composingRoutes(deps),
  async () => (await import('./overrides/routes.ts')).overrideRoutes(deps),
  ...healthRoutes(health, 'posts', reachTable(table)),
];
