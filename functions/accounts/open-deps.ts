import { setTimeout as sleep } from 'node:timers/promises';
import { lazy } from '#shared/lazy.ts';
import { MetricUnit, type Observability } from '#shared/observability.ts';
import { secretText } from '#shared/secrets-manager.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { paceOf } from './domain/pace.ts';
import type { Environment } from './environment.ts';
import { vaultWith } from './ports/vault.ts';
import { xSecret } from './ports/x-secret.ts';
import { accountStore } from './store/accounts.ts';
import { appStore, rememberedApp } from './store/app.ts';
import { budgetStore } from './store/budgets.ts';
import { limitStore } from './store/limits.ts';
import { publicationStore } from './store/publications.ts';
import { tokenStore } from './store/tokens.ts';
import { usageStore } from './store/usage.ts';
import { xOverHttp } from './x/api.ts';

/** Opens the dependencies of this context, on AWS and X. */
export const openDeps = (env: Environment, table: Table, { logger: log, metrics }: Observability): Deps => {
  const { now } = table;
  const pace = paceOf({
    callSeconds: env.X_CALL_SECONDS,
    functionSeconds: env.X_FUNCTION_SECONDS,
    pauseSeconds: env.X_PAUSE_SECONDS,
    jitterSeconds: env.X_JITTER_SECONDS,
    appPauseSeconds: env.X_APP_PAUSE_SECONDS,
  });
  const secret = xSecret(() => secretText(env.X_SECRET_ARN), now);
  return {
    accounts: accountStore(table),
    tokens: tokenStore(table),
    connections: lazy(async () => (await import('./store/connections.ts')).connectionStore(table)),
    publications: publicationStore(table),
    uploads: lazy(async () => (await import('./store/uploads.ts')).uploadStore(table)),
    limits: limitStore(table),
    usage: usageStore(table),
    budgets: budgetStore(table),
    app: rememberedApp(appStore(table), now),
    appPostsPerDay: env.X_APP_POSTS_PER_DAY,
    alarm: (kind) => {
      log.error('X blocks the app', { kind });
      metrics.addMetric('XCircuitBroken', MetricUnit.Count, 1);
      metrics.publishStoredMetrics();
    },
    x: xOverHttp({
      apiUrl: env.X_API_URL,
      authorizeUrl: env.X_AUTHORIZE_URL,
      timeoutMs: pace.callMs,
      secret,
    }),
    activities: lazy(async () => (await import('./store/activities.ts')).activityStore(table)),
    xActivity: lazy(async () => {
      const { xActivityOverHttp } = await import('./x/activity-api.ts');
      return xActivityOverHttp({ apiUrl: env.X_API_URL, timeoutMs: pace.callMs });
    }),
    xWebhookUrl: env.X_WEBHOOK_URL,
    xSecret: secret,
    count: (what) => {
      metrics.addMetric(what, MetricUnit.Count, 1);
      metrics.publishStoredMetrics();
    },
    redirectUri: env.X_REDIRECT_URI,
    vault: vaultWith(secret),
    mediaObjects: lazy(async () => (await import('./ports/media-bucket.ts')).mediaBucket(env.MEDIA_BUCKET)),
    now,
    pace,
    probeEveryMs: env.PROBE_EVERY_SECONDS * 1000,
    sleep,
    random: Math.random,
    log,
  };
};
