import { healthRoutes, reachTable } from '#shared/http/health.ts';
import type { Route } from '#shared/http/route.ts';
import type { Room } from '#shared/http/route-groups.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { health } from './health.ts';

/** The HTTP operations of users, those first that are asked for most. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): (Route | Room)[] => [
  async () => (await import('./sign-in/routes.ts')).signInRoutes(deps),
  async () => (await import('./sign-up/routes.ts')).signUpRoutes(deps),
  async () => (await import('./sessions/routes.ts')).sessionRoutes(deps),
  async () => (await import('./credentials/totp-routes.ts')).totpRoutes(deps),
  async () => (await import('./credentials/password-routes.ts')).passwordRoutes(deps),
  async () => (await import('./credentials/email-routes.ts')).emailRoutes(deps),
  async () => (await import('./privacy/erasure-routes.ts')).erasureRoutes(deps),
  async () => (await import('./workspaces/current-routes.ts')).workspaceRoutes(deps),
  async () => (await import('./workspaces/routes.ts')).workspacesRoutes(deps),
  async () => (await import('./team/member-routes.ts')).membersRoutes(deps),
  async () => (await import('./team/invitation-routes.ts')).invitationsRoutes(deps),
  async () => (await import('./service-accounts/routes.ts')).serviceAccountsRoutes(deps),
  async () => (await import('./audit/routes.ts')).auditRoutes(deps),
  async () => (await import('./audit/export-routes.ts')).auditExportRoutes(deps),
  async () => (await import('./security/routes.ts')).securityRoutes(deps),
  async () => (await import('./mail/routes.ts')).mailRoutes(deps),
  async () => (await import('./compliance/routes.ts')).complianceReportRoutes(deps),
  async () => (await import('./privacy/export-routes.ts')).personExportRoutes(deps),
  ...healthRoutes(health, 'users', reachTable(table)),
];
