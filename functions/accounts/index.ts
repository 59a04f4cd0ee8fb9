import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { parseEnvironment } from '#shared/environment.ts';
import { createHandler } from '#shared/lambda/handler.ts';
import { lateTasks } from '#shared/lambda/task.ts';
import { MetricUnit, observe } from '#shared/observability.ts';
import { once } from '#shared/once.ts';
import { lateShareTasks } from '#shared/privacy/export-task.ts';
import { standingStore } from '#shared/standing.ts';
import { openTable } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { paceOf } from './domain/pace.ts';
import { vaultWith } from './ports/vault.ts';
import { xSecret } from './ports/x-secret.ts';
import * as stores from './store/accounts.ts';
import { appStore, rememberedApp } from './store/app.ts';
import { budgetStore } from './store/budgets.ts';
import { connectionStore } from './store/connections.ts';
import { limitStore } from './store/limits.ts';
import { publicationStore } from './store/publications.ts';
import { tokenStore } from './store/tokens.ts';
import { uploadStore } from './store/uploads.ts';
import { usageStore } from './store/usage.ts';
import { tasks as names } from './task-names.ts';
import { tasks } from './tasks.ts';
import { xLate } from './x/late.ts';

const env = parseEnvironment(
  {
    TABLE_NAME: z.string(),
    BUS_NAME: z.string(),
    PERSON_BUCKET: z.string(),
    MEDIA_BUCKET: z.string(),
    X_SECRET_ARN: z.string(),
    X_API_URL: z.url(),
    X_AUTHORIZE_URL: z.url(),
    X_REDIRECT_URI: z.url(),
    X_CALL_SECONDS: z.coerce.number().positive(),
    X_FUNCTION_SECONDS: z.coerce.number().positive(),
    X_PAUSE_SECONDS: z.coerce.number().positive(),
    X_JITTER_SECONDS: z.coerce.number().min(0),
    X_APP_PAUSE_SECONDS: z.coerce.number().positive(),
    X_APP_POSTS_PER_DAY: z.coerce.number().int().positive(),
    PROBE_EVERY_SECONDS: z.coerce.number().positive(),
  },
  process.env,
);
const pace = paceOf({
  callSeconds: env.X_CALL_SECONDS,
  functionSeconds: env.X_FUNCTION_SECONDS,
  pauseSeconds: env.X_PAUSE_SECONDS,
  jitterSeconds: env.X_JITTER_SECONDS,
  appPauseSeconds: env.X_APP_PAUSE_SECONDS,
});
const { logger: log, metrics } = observe('accounts');
const now = () => new Date();
const table = openTable(env.TABLE_NAME, now);
const secret = xSecret(async () => (await import('#shared/secrets-manager.ts')).secretText(env.X_SECRET_ARN), now);
const files = once(async () => (await import('./ports/media-bucket.ts')).mediaBucket(env.MEDIA_BUCKET));

const standing = standingStore(table);

const deps: Deps = {
  accounts: stores.accountStore(table),
  tokens: tokenStore(table),
  connections: connectionStore(table),
  publications: publicationStore(table),
  uploads: uploadStore(table),
  limits: limitStore(table),
  usage: usageStore(table),
  budgets: budgetStore(table),
  app: rememberedApp(appStore(table), now),
  appPostsPerDay: env.X_APP_POSTS_PER_DAY,
  ring: (kind) => {
    log.error('X lets the app do nothing', { kind });
    metrics.addMetric('XCircuitBroken', MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  },
  x: xLate(async () => {
    const endpoint = { apiUrl: env.X_API_URL, authorizeUrl: env.X_AUTHORIZE_URL, timeoutMs: pace.callMs };
    return (await import('./x/api.ts')).xOverHttp({ ...endpoint, secret });
  }),
  redirectUri: env.X_REDIRECT_URI,
  vault: vaultWith(secret),
  mediaObjects: { read: async (...range) => (await files()).read(...range) },
  now,
  pace,
  probeEveryMs: env.PROBE_EVERY_SECONDS * 1000,
  sleep,
  random: Math.random,
  log,
};

export const handler = createHandler({
  context: 'accounts',
  routes: [async () => (await import('./routes.ts')).routes(deps, table)],
  table,
  standing: standing.find,
  subscriptions: async () => [
    ...(await import('./subscriptions.ts')).subscriptions(deps),
    ...(await import('#events/standing.ts')).followStanding(standing),
  ],
  tasks: [
    ...tasks(deps),
    ...lateShareTasks('accounts', names.sharePerson, {
      table,
      bucket: env.PERSON_BUCKET,
      kinds: async () => (await import('./privacy/export-person.ts')).shareKinds,
    }),
    ...lateTasks([names.eraseWorkspace, names.erasePerson], async () => {
      const { workspaceItems } = await import('#shared/privacy/erase-workspace.ts');
      const { eraseWorkspace } = await import('./privacy/erase-workspace.ts');
      const { erasePerson } = await import('./privacy/erase-person.ts');
      return [eraseWorkspace(deps, workspaceItems(table)), erasePerson(table)];
    }),
  ],
  stream: {
    eventsFor: async () => (await import('./changes.ts')).eventsFor,
    publish: async () => (await import('#shared/events/publish.ts')).busPublisher(env.BUS_NAME),
  },
});
