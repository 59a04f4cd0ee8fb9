import { healthRoutes, reachTable } from '#shared/http/health.ts';
import type { Route } from '#shared/http/route.ts';
import { type LazyRoutes, lazyRoutes } from '#shared/lazy.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { health } from './health.ts';
import { meRoutes } from './me/routes.ts';
import { signInRoutes } from './sign-in/routes.ts';
import { currentWorkspaceRoutes } from './workspaces/current-workspace-routes.ts';

/** The HTTP operations of users. The most frequent ones are loaded with the function, the others by path. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): (Route | LazyRoutes)[] => [
  ...signInRoutes(deps),
  ...meRoutes(deps),
  ...currentWorkspaceRoutes(deps),
  lazyRoutes(['/v1/me/sessions', '/v1/me/sessions/{sessionId}'], async () =>
    (await import('./sessions/routes.ts')).sessionRoutes(deps),
  ),
  lazyRoutes(['/v1/auth/sign-up', '/v1/auth/confirm', '/v1/auth/resend'], async () =>
    (await import('./sign-up/routes.ts')).signUpRoutes(deps),
  ),
  lazyRoutes(['/v1/me/totp', '/v1/me/totp/confirm', '/v1/me/totp/disable'], async () =>
    (await import('./credentials/totp-routes.ts')).totpRoutes(deps),
  ),
  lazyRoutes(['/v1/auth/forgot', '/v1/auth/reset', '/v1/me/password'], async () =>
    (await import('./credentials/password-routes.ts')).passwordRoutes(deps),
  ),
  lazyRoutes(['/v1/me/email', '/v1/me/email/confirm'], async () =>
    (await import('./credentials/email-routes.ts')).emailRoutes(deps),
  ),
  lazyRoutes(
    [
      '/v1/workspaces',
      '/v1/workspaces/{workspaceId}',
      '/v1/workspaces/{workspaceId}/switch',
      'DELETE /v1/workspace',
      '/v1/workspace/restore',
    ],
    async () => (await import('./workspaces/routes.ts')).workspacesRoutes(deps),
  ),
  lazyRoutes(
    [
      '/v1/members',
      '/v1/members/{personId}',
      '/v1/members/{personId}/disable',
      '/v1/members/{personId}/enable',
      '/v1/workspace/leave',
      '/v1/workspace/transfer',
    ],
    async () => (await import('./team/member-routes.ts')).membersRoutes(deps),
  ),
  lazyRoutes(
    [
      '/v1/invitations',
      '/v1/invitations/{invitationId}',
      '/v1/invitations/{invitationId}/resend',
      '/v1/invitations/accept',
      '/v1/invitations/register',
    ],
    async () => (await import('./team/invitation-routes.ts')).invitationsRoutes(deps),
  ),
  lazyRoutes(
    [
      '/v1/service-accounts',
      '/v1/service-accounts/{serviceAccountId}',
      '/v1/service-accounts/{serviceAccountId}/rotate',
      '/v1/auth/token',
    ],
    async () => (await import('./service-accounts/routes.ts')).serviceAccountsRoutes(deps),
  ),
  lazyRoutes(['/v1/audit-events', '/v1/audit-events/verify', '/v1/audit-events/checkpoints'], async () =>
    (await import('./audit/routes.ts')).auditRoutes(deps),
  ),
  lazyRoutes(['/v1/audit-events/exports', '/v1/audit-events/exports/{exportId}'], async () =>
    (await import('./audit/export-routes.ts')).auditExportRoutes(deps),
  ),
  lazyRoutes(['/v1/security-events', '/v1/failed-sign-ins'], async () =>
    (await import('./security/routes.ts')).securityRoutes(deps),
  ),
  lazyRoutes(['/v1/compliance-reports', '/v1/compliance-reports/{complianceReportId}'], async () =>
    (await import('./compliance/routes.ts')).complianceReportRoutes(deps),
  ),
  lazyRoutes(['/v1/mails', '/v1/me/notifications', '/v1/mail-preferences/unsubscribe'], async () =>
    (await import('./mail/routes.ts')).mailRoutes(deps),
  ),
  lazyRoutes(['/v1/me/export', '/v1/me/exports/{exportId}'], async () =>
    (await import('./privacy/export-routes.ts')).personExportRoutes(deps),
  ),
  lazyRoutes(['DELETE /v1/me'], async () => (await import('./privacy/erasure-routes.ts')).erasureRoutes(deps)),
  ...healthRoutes(health, 'users', reachTable(table)),
];
