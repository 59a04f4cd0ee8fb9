import type { Table } from '../../shared/dynamo.ts';
import { healthRoutes, reachTable } from '../../shared/http/health.ts';
import type { Room } from '../../shared/http/rooms.ts';
import type { Route } from '../../shared/http/route.ts';
import { health } from './contract/health.ts';
import type { Deps } from './deps.ts';

/** The HTTP operations of posts, those first that are asked for most. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): (Route | Room)[] => [
  async () => (await import('./routes/writing.ts')).writingRoutes(deps),
  async () => (await import('./routes/media.ts')).mediaRoutes(deps),
  async () => (await import('./routes/scheduling.ts')).schedulingRoutes(deps),
  async () => (await import('./routes/approval.ts')).approvalRoutes(deps),
  async () => (await import('./routes/queue.ts')).queueRoutes(deps),
  async () => (await import('./routes/transfer.ts')).transferRoutes(deps),
  async () => (await import('./routes/calendar.ts')).calendarRoutes(deps),
  async () => (await import('./routes/receipts.ts')).receiptRoutes(deps),
  async () => (await import('./routes/versions.ts')).versionRoutes(deps),
  async () => (await import('./routes/templates.ts')).templateRoutes(deps),
  async () => (await import('./routes/on-x.ts')).onXRoutes(deps),
  async () => (await import('./routes/composing.ts')).composingRoutes(deps),
  ...healthRoutes(health, 'posts', reachTable(table)),
];
