import { randomBytes } from 'node:crypto';
import { bucketsIn } from '#shared/http/lease.ts';
import { lazy } from '#shared/lazy.ts';
import type { Observability } from '#shared/observability.ts';
import { once } from '#shared/once.ts';
import type { Send } from '#shared/outbound/send.ts';
import type { Table } from '#shared/table.ts';
import type { Clock } from '#shared/time.ts';
import type { Deps, FeedDeps, HookDeps, StatusDeps, WebhookDeps } from './deps.ts';
import type { Environment } from './environment.ts';
import { operatorTokenFrom } from './ports/operator-token.ts';
import { ownApi } from './ports/own-api.ts';
import { readRegistry } from './ports/service-registry.ts';

/** The table, with its client loaded on first use: most requests to this context do not need it. */
export const openLateTable = (name: string, now: Clock): Table => {
  const late = lazy<Omit<Table, 'name' | 'now'>>(async () => (await import('#shared/table.ts')).openTable(name, now));
  const { client, get, getAll, put, update, putAll, delete: remove, transact, queryAll, queryFirst, queryPage } = late;
  return {
    name,
    now,
    client,
    get,
    getAll,
    put,
    update,
    putAll,
    delete: remove,
    transact,
    queryAll,
    queryFirst,
    queryPage,
  };
};

/** The dependencies on AWS. */
export const openDeps = (
  table: Table,
  env: Environment,
  { logger: log }: Observability,
): Deps & { operatorToken: () => Promise<string> } => ({
  operatorToken: operatorTokenFrom(
    async () => (await import('#shared/secrets-manager.ts')).secretText(env.OPERATOR_SECRET_ARN),
    table.now,
  ),
  ...statusDeps(env),
  ...webhookDeps(table, env, log),
  ...hookDeps(table, env),
  ...feedDeps(table),
});

const statusDeps = (env: Environment): StatusDeps => ({
  // Services change only with deployments, and each deployment starts new containers.
  services: once(() => readRegistry(env.REGISTRY_PATH)),
  answers: ownApi(env.API_URL, env.ORIGIN_SECRET),
  figures: async (context) => (await import('./ports/cloudwatch.ts')).readFigures(context, new Date()),
  openApi: once(async () => (await import('../../docs/openapi.json', { with: { type: 'json' } })).default),
  elapsed: () => performance.now(),
});

/** The stores import the events of all contexts, so they are loaded only for webhooks, not for health checks. */
const webhookDeps = (table: Table, env: Environment, log: WebhookDeps['log']): WebhookDeps => {
  const ownHosts = [env.PUBLIC_URL, env.API_URL].map((url) => new URL(url).host);
  const reach = { exceptions: env.OUTBOUND_EXCEPTIONS, ownHosts };
  const sender = once(async (): Promise<Send> => {
    const { senderTo } = await import('#shared/outbound/send.ts');
    return senderTo({ reach });
  });
  return {
    webhooks: lazy(async () => (await import('./store/webhooks.ts')).webhookStore(table)),
    deliveries: lazy(async () => (await import('./store/webhook-deliveries.ts')).webhookDeliveryStore(table)),
    health: lazy(async () => (await import('./store/webhook-health.ts')).webhookHealthStore(table)),
    stops: lazy(async () => (await import('./store/publishing-stops.ts')).publishingStopStore(table)),
    send: async (request) => (await sender())(request),
    reach,
    retrySeconds: env.WEBHOOK_RETRY_SECONDS,
    sealingKey: once(async () => {
      const { secretText } = await import('#shared/secrets-manager.ts');
      const { derivedKey } = await import('#shared/derived-key.ts');
      return derivedKey(await secretText(env.WEBHOOK_SECRET_ARN), 'webhook-keys');
    }),
    randomBytes,
    chance: Math.random,
    log,
    now: table.now,
  };
};

const hookDeps = (table: Table, env: Environment): Pick<HookDeps, 'hooks' | 'receipts' | 'buckets' | 'publicUrl'> => ({
  hooks: lazy(async () => (await import('./store/hooks.ts')).hookStore(table)),
  receipts: lazy(async () => (await import('./store/hook-receipts.ts')).hookReceiptStore(table)),
  buckets: bucketsIn(table),
  publicUrl: env.PUBLIC_URL,
});

const feedDeps = (table: Table): Pick<FeedDeps, 'feeds' | 'readings' | 'feedItems'> => ({
  feeds: lazy(async () => (await import('./store/feeds.ts')).feedStore(table)),
  readings: lazy(async () => (await import('./store/feed-readings.ts')).feedReadingStore(table)),
  feedItems: lazy(async () => (await import('./store/feed-items.ts')).feedItemStore(table)),
});
