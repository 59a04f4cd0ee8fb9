import { reachTable } from '#shared/http/health.ts';
import { connected } from '#shared/lambda/connect.ts';
import { createHandler } from '#shared/lambda/handler.ts';
import { lazy } from '#shared/lazy.ts';
import { observe } from '#shared/observability.ts';
import { openTable } from '#shared/table.ts';
import { environmentFrom } from './environment.ts';
import { openDeps } from './open-deps.ts';
import { routes } from './routes.ts';
import { tableTasks, tasks } from './tasks.ts';

const env = environmentFrom(process.env);
const table = openTable(env.TABLE_NAME, () => new Date());
const deps = openDeps(table);
const bus = lazy(async () => (await import('#shared/events/event-bridge.ts')).eventBridge(env.BUS_NAME));

export const handler = createHandler({
  context: 'analytics',
  routes: routes(deps, table),
  table,
  subscriptions: async () => (await import('./subscriptions.ts')).subscriptions(deps),
  tasks: [...tasks(deps), ...tableTasks(table)],
  stream: { eventsFor: async () => (await import('./changes.ts')).eventsFor, bus },
});

await connected(reachTable(table), observe('analytics'));
