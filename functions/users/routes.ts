import type { Table } from '../../shared/dynamo.ts';
import { healthRoutes, reachTable } from '../../shared/http/health.ts';
import { lateRoutes } from '../../shared/http/late-routes.ts';
import type { Route } from '../../shared/http/route.ts';
import { health } from './contract.ts';
import * as audit from './contract/audit.ts';
import * as auditExports from './contract/audit-exports.ts';
import * as auth from './contract/auth.ts';
import * as email from './contract/email.ts';
import * as erasure from './contract/erasure.ts';
import * as invitations from './contract/invitations.ts';
import * as mails from './contract/mails.ts';
import * as members from './contract/members.ts';
import * as password from './contract/password.ts';
import * as security from './contract/security.ts';
import * as serviceAccounts from './contract/service-accounts.ts';
import * as sessions from './contract/sessions.ts';
import * as totp from './contract/totp.ts';
import * as workspace from './contract/workspace.ts';
import * as workspaces from './contract/workspaces.ts';
import type { Deps } from './deps.ts';

/** The HTTP operations of users. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): Route[] => [
  ...lateRoutes(auth.operations, async () => (await import('./routes/auth.ts')).authRoutes(deps)),
  ...lateRoutes(sessions.operations, async () => (await import('./routes/sessions.ts')).sessionRoutes(deps)),
  ...lateRoutes(totp.operations, async () => (await import('./routes/totp.ts')).totpRoutes(deps)),
  ...lateRoutes(password.operations, async () => (await import('./routes/password.ts')).passwordRoutes(deps)),
  ...lateRoutes(email.operations, async () => (await import('./routes/email.ts')).emailRoutes(deps)),
  ...lateRoutes(erasure.operations, async () => (await import('./routes/erasure.ts')).erasureRoutes(deps)),
  ...lateRoutes(workspace.operations, async () => (await import('./routes/workspace.ts')).workspaceRoutes(deps)),
  ...lateRoutes(workspaces.operations, async () => (await import('./routes/workspaces.ts')).workspacesRoutes(deps)),
  ...lateRoutes(members.operations, async () => (await import('./routes/members.ts')).membersRoutes(deps)),
  ...lateRoutes(invitations.operations, async () => (await import('./routes/invitations.ts')).invitationsRoutes(deps)),
  ...lateRoutes(serviceAccounts.operations, async () =>
    (await import('./routes/service-accounts.ts')).serviceAccountsRoutes(deps),
  ),
  ...lateRoutes(audit.operations, async () => (await import('./routes/audit.ts')).auditRoutes(deps)),
  ...lateRoutes(auditExports.operations, async () =>
    (await import('./routes/audit-exports.ts')).auditExportRoutes(deps),
  ),
  ...lateRoutes(security.operations, async () => (await import('./routes/security.ts')).securityRoutes(deps)),
  ...lateRoutes(mails.operations, async () => (await import('./routes/mails.ts')).mailRoutes(deps)),
  ...healthRoutes(health, 'users', reachTable(table)),
];
