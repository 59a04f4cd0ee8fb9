import type { Table } from '../../shared/dynamo.ts';
import { healthRoutes, reachTable } from '../../shared/http/health.ts';
import { lateRoutes } from '../../shared/http/late-routes.ts';
import type { Route } from '../../shared/http/route.ts';
import { health } from './contract.ts';
import * as approval from './contract/approval.ts';
import * as calendar from './contract/calendar.ts';
import * as composing from './contract/composing.ts';
import * as media from './contract/media.ts';
import * as onX from './contract/on-x.ts';
import * as queue from './contract/queue.ts';
import * as receipts from './contract/receipts.ts';
import * as rescheduling from './contract/rescheduling.ts';
import * as scheduling from './contract/scheduling.ts';
import * as templates from './contract/templates.ts';
import * as transfer from './contract/transfer.ts';
import * as versions from './contract/versions.ts';
import * as writing from './contract/writing.ts';
import type { Deps } from './deps.ts';

const timed = [...scheduling.operations, ...rescheduling.operations];

/** The HTTP operations of posts. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): Route[] => [
  ...lateRoutes(writing.operations, async () => (await import('./routes/writing.ts')).writingRoutes(deps)),
  ...lateRoutes(media.operations, async () => (await import('./routes/media.ts')).mediaRoutes(deps)),
  ...lateRoutes(timed, async () => (await import('./routes/scheduling.ts')).schedulingRoutes(deps)),
  ...lateRoutes(approval.operations, async () => (await import('./routes/approval.ts')).approvalRoutes(deps)),
  ...lateRoutes(queue.operations, async () => (await import('./routes/queue.ts')).queueRoutes(deps)),
  ...lateRoutes(transfer.operations, async () => (await import('./routes/transfer.ts')).transferRoutes(deps)),
  ...lateRoutes(calendar.operations, async () => (await import('./routes/calendar.ts')).calendarRoutes(deps)),
  ...lateRoutes(receipts.operations, async () => (await import('./routes/receipts.ts')).receiptRoutes(deps)),
  ...lateRoutes(versions.operations, async () => (await import('./routes/versions.ts')).versionRoutes(deps)),
  ...lateRoutes(templates.operations, async () => (await import('./routes/templates.ts')).templateRoutes(deps)),
  ...lateRoutes(onX.operations, async () => (await import('./routes/on-x.ts')).onXRoutes(deps)),
  ...lateRoutes(composing.operations, async () => (await import('./routes/composing.ts')).composingRoutes(deps)),
  ...healthRoutes(health, 'posts', reachTable(table)),
];
