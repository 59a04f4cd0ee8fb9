import '#shared/interpreted-schemas.ts';
import { startHandler } from '#shared/lambda/handler.ts';
import { lazy } from '#shared/lazy.ts';
import { observe } from '#shared/observability.ts';
import { standingStore } from '#shared/standing.ts';
import { openTable } from '#shared/table.ts';
import { environmentFrom } from './environment.ts';
import { openDeps } from './open-deps.ts';
import { routes } from './routes.ts';
import { tableTasks, tasks } from './tasks.ts';

const env = environmentFrom(process.env);
const table = openTable(env.TABLE_NAME, () => new Date());
const observability = observe('analytics');
const deps = openDeps(table, env, observability);
const standing = standingStore(table);
const bus = lazy(async () => (await import('#shared/events/event-bridge.ts')).eventBridge(env.BUS_NAME));
const exportFiles = lazy(async () =>
  (await import('#shared/privacy/export-bucket.ts')).exportBucket(env.PERSON_BUCKET),
);

export const handler = await startHandler({
  context: 'analytics',
  observability,
  routes: routes(deps, table),
  table,
  standing: standing.find,
  subscriptions: async () => [
    ...(await import('./subscriptions.ts')).subscriptions(deps),
    ...(await import('#events/standing.ts')).followStanding(standing),
  ],
  tasks: [...tasks(deps), ...tableTasks(deps, table, exportFiles)],
  stream: { eventsFor: async () => (await import('./changes.ts')).eventsFor, bus },
});
