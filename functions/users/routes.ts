import type { Table } from '../../shared/dynamo.ts';
import { healthRoutes, reachTable } from '../../shared/http/health.ts';
import type { Room } from '../../shared/http/rooms.ts';
import type { Route } from '../../shared/http/route.ts';
import { health } from './contract/health.ts';
import type { Deps } from './deps.ts';

/** The HTTP operations of users, those first that are asked for most. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): (Route | Room)[] => [
  async () => (await import('./routes/auth.ts')).authRoutes(deps),
  async () => (await import('./routes/sessions.ts')).sessionRoutes(deps),
  async () => (await import('./routes/totp.ts')).totpRoutes(deps),
  async () => (await import('./routes/password.ts')).passwordRoutes(deps),
  async () => (await import('./routes/email.ts')).emailRoutes(deps),
  async () => (await import('./routes/erasure.ts')).erasureRoutes(deps),
  async () => (await import('./routes/workspace.ts')).workspaceRoutes(deps),
  async () => (await import('./routes/workspaces.ts')).workspacesRoutes(deps),
  async () => (await import('./routes/members.ts')).membersRoutes(deps),
  async () => (await import('./routes/invitations.ts')).invitationsRoutes(deps),
  async () => (await import('./routes/service-accounts.ts')).serviceAccountsRoutes(deps),
  async () => (await import('./routes/audit.ts')).auditRoutes(deps),
  async () => (await import('./routes/audit-exports.ts')).auditExportRoutes(deps),
  async () => (await import('./routes/security.ts')).securityRoutes(deps),
  async () => (await import('./routes/mails.ts')).mailRoutes(deps),
  async () => (await import('./routes/compliance-reports.ts')).complianceReportRoutes(deps),
  async () => (await import('./routes/person-exports.ts')).personExportRoutes(deps),
  ...healthRoutes(health, 'users', reachTable(table)),
];
