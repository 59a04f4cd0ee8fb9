import { health } from './contract/health.ts';
import * as audit from './contract/audit.ts';
import * as auth from './contract/auth.ts';
import * as complianceReports from './contract/compliance-reports.ts';
import * as email from './contract/email.ts';
import * as erasure from './contract/erasure.ts';
import * as password from './contract/password.ts';
import * as sessions from './contract/sessions.ts';
import * as totp from './contract/totp.ts';
import * as invitations from './contract/invitations.ts';
import * as members from './contract/members.ts';
import * as serviceAccounts from './contract/service-accounts.ts';
import * as mails from './contract/mails.ts';
import * as auditExports from './contract/audit-exports.ts';
import * as security from './contract/security.ts';
import * as personExports from './contract/person-exports.ts';
import * as workspace from './contract/workspace.ts';
import * as workspaces from './contract/workspaces.ts';

export { tasks } from './contract/tasks.ts';
export { listensTo } from './contract/events-heard.ts';

export const operations = [
  ...auth.operations,
  ...sessions.operations,
  ...totp.operations,
  ...password.operations,
  ...email.operations,
  ...erasure.operations,
  ...workspace.operations,
  ...workspaces.operations,
  ...members.operations,
  ...invitations.operations,
  ...serviceAccounts.operations,
  ...audit.operations,
  ...mails.operations,
  ...auditExports.operations,
  ...complianceReports.operations,
  ...security.operations,
  ...personExports.operations,
  health.health,
  health.ready,
] as const;
