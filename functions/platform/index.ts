import '#shared/interpreted-schemas.ts';
import { startHandler } from '#shared/lambda/handler.ts';
import { lazy } from '#shared/lazy.ts';
import { observe } from '#shared/observability.ts';
import { standingStore } from '#shared/standing.ts';
import { environmentFrom } from './environment.ts';
import { openDeps, openLateTable } from './open-deps.ts';
import { routes, unmatched } from './routes.ts';
import { feedTasks, tableTasks, webhookTasks } from './tasks.ts';

const env = environmentFrom(process.env);
const table = openLateTable(env.TABLE_NAME, () => new Date());
const observability = observe('platform');
const deps = openDeps(table, env, observability);
const standing = standingStore(table);
const bus = lazy(async () => (await import('#shared/events/event-bridge.ts')).eventBridge(env.BUS_NAME));
const exports = lazy(async () => (await import('#shared/privacy/export-bucket.ts')).exportBucket(env.PERSON_BUCKET));
const deliveries = lazy(async () => (await import('./ports/queue.ts')).queueAt(env.DELIVERIES_QUEUE_URL));

export const handler = await startHandler({
  context: 'platform',
  observability,
  routes: routes(deps),
  unmatched: unmatched(deps),
  operatorToken: deps.operatorToken,
  table,
  standing: standing.find,
  subscriptions: async () => [
    ...(await import('./subscriptions.ts')).subscriptions(deps),
    ...(await import('#events/standing.ts')).followStanding(standing),
  ],
  jobs: {
    queue: env.DELIVERIES_QUEUE_URL,
    work: async () => (await import('./webhooks/jobs.ts')).deliveryJob(deps),
    postpone: deliveries.postpone,
  },
  tasks: [...tableTasks(table, exports), ...webhookTasks(deps), ...feedTasks(deps)],
  stream: { eventsFor: async () => (await import('./changes.ts')).eventsFor, bus },
});
