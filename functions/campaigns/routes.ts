import { healthRoutes, reachTable } from '#shared/http/health.ts';
import type { Route } from '#shared/http/route.ts';
import { type LazyRoutes, lazyRoutes } from '#shared/lazy.ts';
import type { Table } from '#shared/table.ts';
import { briefRoutes } from './brief/routes.ts';
import type { Deps } from './deps.ts';
import { health } from './health.ts';

/** HTTP routes of campaigns. The most frequent ones are loaded with the function, the others on their first request. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): (Route | LazyRoutes)[] => [
  ...briefRoutes(deps),
  lazyRoutes(
    [
      'POST /v1/campaigns',
      '/v1/campaigns/{campaignId}/plan',
      '/v1/campaigns/{campaignId}/plan/edits',
      '/v1/campaigns/{campaignId}/plan/versions',
      '/v1/campaigns/{campaignId}/plan/preview',
      '/v1/campaigns/{campaignId}/plan/blackouts',
    ],
    async () => (await import('./planning/routes.ts')).planningRoutes(deps),
  ),
  lazyRoutes(['/v1/campaigns/{campaignId}/rehearse'], async () =>
    (await import('./rehearsal/routes.ts')).rehearsalRoutes(deps),
  ),
  lazyRoutes(['/v1/campaigns/{campaignId}/experiment', '/v1/campaigns/{campaignId}/experiment/sign-off'], async () =>
    (await import('./experiments/routes.ts')).experimentRoutes(deps),
  ),
  lazyRoutes(['/v1/campaigns/{campaignId}/clone'], async () =>
    (await import('./cloning/routes.ts')).cloningRoutes(deps),
  ),
  lazyRoutes(
    ['check', 'launch-report', 'launch'].map((verb) => `/v1/campaigns/{campaignId}/${verb}`),
    async () => (await import('./launch/routes.ts')).launchRoutes(deps),
  ),
  lazyRoutes(
    ['submit', 'approve', 'request-changes', 'revise', 'pause', 'cancel', 'archive'].map(
      (verb) => `/v1/campaigns/{campaignId}/${verb}`,
    ),
    async () => (await import('./lifecycle/routes.ts')).lifecycleRoutes(deps),
  ),
  lazyRoutes(['/v1/campaigns/{campaignId}/resume', '/v1/campaigns/{campaignId}/resume/preview'], async () =>
    (await import('./resuming/routes.ts')).resumingRoutes(deps),
  ),
  lazyRoutes(['/v1/campaigns/{campaignId}/apply', '/v1/campaigns/{campaignId}/slots/{slotId}/run-now'], async () =>
    (await import('./applying/routes.ts')).applyingRoutes(deps),
  ),
  lazyRoutes(['/v1/campaigns/{campaignId}/explain'], async () =>
    (await import('./explaining/routes.ts')).explainingRoutes(deps),
  ),
  lazyRoutes(['/v1/campaigns/{campaignId}/spending'], async () =>
    (await import('./budget/routes.ts')).budgetRoutes(deps),
  ),
  lazyRoutes(
    [
      '/v1/automations',
      '/v1/automations/rehearse',
      '/v1/automations/stop',
      '/v1/automations/resume',
      '/v1/automations/{automationId}',
      ...['on', 'off', 'versions', 'runs'].map((what) => `/v1/automations/{automationId}/${what}`),
      '/v1/automation-runs',
      '/v1/automation-runs/{runId}',
      '/v1/automation-runs/{runId}/cancel',
    ],
    async () => (await import('./automations/routes.ts')).automationRoutes(deps),
  ),
  ...healthRoutes(health, 'campaigns', reachTable(table)),
];
