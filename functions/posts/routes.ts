import type { Table } from '../../shared/dynamo.ts';
import { healthRoutes, reachTable } from '../../shared/http/health.ts';
import type { Route } from '../../shared/http/route.ts';
import * as contract from './contract.ts';
import type { Deps } from './deps.ts';
import { approvalRoutes } from './routes/approval.ts';
import { composingRoutes } from './routes/composing.ts';
import { mediaRoutes } from './routes/media.ts';
import { onXRoutes } from './routes/on-x.ts';
import { receiptRoutes } from './routes/receipts.ts';
import { schedulingRoutes } from './routes/scheduling.ts';
import { templateRoutes } from './routes/templates.ts';
import { versionRoutes } from './routes/versions.ts';
import { calendarRoutes } from './routes/calendar.ts';
import { queueRoutes } from './routes/queue.ts';
import { transferRoutes } from './routes/transfer.ts';
import { writingRoutes } from './routes/writing.ts';

/** The HTTP operations of posts. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): Route[] => [
  ...writingRoutes(deps),
  ...mediaRoutes(deps),
  ...schedulingRoutes(deps),
  ...approvalRoutes(deps),
  ...queueRoutes(deps),
  ...transferRoutes(deps),
  ...calendarRoutes(deps),
  ...receiptRoutes(deps),
  ...versionRoutes(deps),
  ...templateRoutes(deps),
  ...onXRoutes(deps),
  ...composingRoutes(deps),
  ...healthRoutes(contract.health, 'posts', reachTable(table)),
];
