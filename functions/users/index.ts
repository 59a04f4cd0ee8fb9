import '#shared/interpreted-schemas.ts';
import { startHandler } from '#shared/lambda/handler.ts';
import { lazy } from '#shared/lazy.ts';
import { openTable } from '#shared/table.ts';
import { triggers } from './access-tokens/token-triggers.ts';
import { environmentFrom } from './environment.ts';
import { openDeps } from './open-deps.ts';
import { routes } from './routes.ts';
import { standingByRow } from './standing.ts';
import { tableTasks, tasks } from './tasks.ts';

const env = environmentFrom(process.env);
const table = openTable(env.TABLE_NAME, () => new Date());
const deps = openDeps(env, table);
const bus = lazy(async () => (await import('#shared/events/event-bridge.ts')).eventBridge(env.BUS_NAME));
const exportFiles = lazy(async () =>
  (await import('#shared/privacy/export-bucket.ts')).exportBucket(env.PERSON_BUCKET),
);

export const handler = await startHandler(
  {
    context: 'users',
    routes: routes(deps, table),
    table,
    standing: standingByRow(deps),
    subscriptions: async () => (await import('./subscriptions.ts')).subscriptions(deps),
    tasks: [...tasks(deps), ...tableTasks(table, exportFiles)],
    stream: { eventsFor: async () => (await import('./changes.ts')).eventsFor, bus },
    triggers: triggers({ ...deps, enrolmentClientId: env.ENROLMENT_CLIENT_ID }),
  },
  [
    () => deps.identities.connect(),
    // Loads the key, and compiles what seals the token of each session.
    () => deps.sessionKeys.seal('', { purpose: 'session', subject: '', sessionId: '' }),
  ],
);
