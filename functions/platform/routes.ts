import { healthRoutes } from '#shared/http/health.ts';
import type { Route } from '#shared/http/route.ts';
import type { Unmatched } from '#shared/lambda/http.ts';
import { type LazyRoutes, lazyRoutes } from '#shared/lazy.ts';
import type { Deps } from './deps.ts';
import { unmatchedError } from './domain/unmatched.ts';
import { health } from './health.ts';
import { statusRoutes } from './status/routes.ts';

/** The HTTP operations of this context. */
export const routes = (deps: Deps): (Route | LazyRoutes)[] => [
  ...statusRoutes(deps),
  lazyRoutes(
    ['', '/{webhookId}', '/{webhookId}/rotate-secret', '/{webhookId}/enable', '/{webhookId}/disable'].map(
      (path) => `/v1/webhooks${path}`,
    ),
    async () => (await import('./webhooks/routes.ts')).webhookRoutes(deps),
  ),
  lazyRoutes(
    ['test', 'deliveries', 'deliveries/{deliveryId}', 'deliveries/{deliveryId}/replay', 'replays'].map(
      (path) => `/v1/webhooks/{webhookId}/${path}`,
    ),
    async () => (await import('./webhooks/delivery-routes.ts')).deliveryRoutes(deps),
  ),
  lazyRoutes(
    ['', '/{hookId}', '/{hookId}/rotate-secret'].map((path) => `/v1/hooks${path}`),
    async () => (await import('./incoming-hooks/routes.ts')).hookRoutes(deps),
  ),
  lazyRoutes(['/v1/feeds', '/v1/feeds/{feedId}'], async () => (await import('./feeds/routes.ts')).feedRoutes(deps)),
  ...healthRoutes(health, 'platform', deps.services),
];

/** Responds to requests that no route of any context matches. */
export const unmatched =
  ({ openApi }: Pick<Deps, 'openApi'>): Unmatched =>
  async ({ method, path }) => {
    throw unmatchedError((await openApi()).paths, method, path);
  };
