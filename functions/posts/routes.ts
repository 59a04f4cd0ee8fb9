import { healthRoutes, reachTable } from '#shared/http/health.ts';
import type { Route } from '#shared/http/route.ts';
import { type LazyRoutes, lazyRoutes } from '#shared/lazy.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { health } from './health.ts';
import { writingRoutes } from './writing/routes.ts';

/**
 * The HTTP operations of posts. The most frequent ones are loaded with the function, the rest on first use of their
 * path.
 */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): (Route | LazyRoutes)[] => [
  ...writingRoutes(deps),
  lazyRoutes(
    ['/v1/posts/{postId}/schedule', '/v1/posts/{postId}/publish', '/v1/posts/{postId}/cancel', '/v1/posts/reschedule'],
    async () => (await import('./scheduling/routes.ts')).schedulingRoutes(deps),
  ),
  lazyRoutes(
    [
      '/v1/posts/{postId}/submit',
      '/v1/posts/{postId}/approve',
      '/v1/posts/{postId}/request-changes',
      '/v1/posts/{postId}/comments',
    ],
    async () => (await import('./approval/routes.ts')).approvalRoutes(deps),
  ),
  lazyRoutes(['/v1/media', '/v1/media/usage', '/v1/media/{mediaId}/complete', '/v1/media/{mediaId}'], async () =>
    (await import('./media/routes.ts')).mediaRoutes(deps),
  ),
  lazyRoutes(['/v1/queues/{accountId}', '/v1/posts/{postId}/queue'], async () =>
    (await import('./queue/routes.ts')).queueRoutes(deps),
  ),
  lazyRoutes(
    ['/v1/calendar', '/v1/calendar/feeds', '/v1/calendar/feeds/{feedId}', '/v1/calendar-feeds/{token}'],
    async () => (await import('./calendar/routes.ts')).calendarRoutes(deps),
  ),
  lazyRoutes(['/v1/posts/measure', '/v1/posts/split', '/v1/posts/{postId}/cost'], async () =>
    (await import('./composing/routes.ts')).composingRoutes(deps),
  ),
  lazyRoutes(['/v1/posts/{postId}/overrides'], async () =>
    (await import('./overrides/routes.ts')).overrideRoutes(deps),
  ),
  lazyRoutes(['/v1/posts/{postId}/unpublish', '/v1/posts/{postId}/reposts'], async () =>
    (await import('./on-x/routes.ts')).onXRoutes(deps),
  ),
  lazyRoutes(
    ['/v1/posts/{postId}/receipt', '/v1/posts/{postId}/receipt.html', '/v1/receipts/public-key', '/v1/receipts/verify'],
    async () => (await import('./receipts/routes.ts')).receiptRoutes(deps),
  ),
  lazyRoutes(
    ['/v1/posts/{postId}/versions', '/v1/posts/{postId}/versions/{version}', '/v1/posts/{postId}/diff'],
    async () => (await import('./versions/routes.ts')).versionRoutes(deps),
  ),
  lazyRoutes(
    [
      '/v1/templates',
      '/v1/templates/{templateId}',
      '/v1/templates/{templateId}/preview',
      '/v1/templates/{templateId}/use',
    ],
    async () => (await import('./templates/routes.ts')).templateRoutes(deps),
  ),
  lazyRoutes(
    [
      '/v1/workspace/stop',
      '/v1/workspace/resume',
      '/v1/workspace/stops',
      '/v1/accounts/{accountId}/stop',
      '/v1/accounts/{accountId}/resume',
    ],
    async () => (await import('./stops/routes.ts')).stopRoutes(deps),
  ),
  lazyRoutes(['/l/{code}', '/v1/posts/{postId}/link-clicks'], async () =>
    (await import('./short-links/routes.ts')).shortLinkRoutes(deps),
  ),
  lazyRoutes(['/v1/posts/import', '/v1/posts/export'], async () =>
    (await import('./transfer/routes.ts')).transferRoutes(deps),
  ),
  ...healthRoutes(health, 'posts', reachTable(table)),
];
