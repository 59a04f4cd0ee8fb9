import * as audit from './audit/contract.ts';
import * as auditExports from './audit/export-contract.ts';
import * as complianceReports from './compliance/contract.ts';
import * as email from './credentials/email-contract.ts';
import * as password from './credentials/password-contract.ts';
import * as totp from './credentials/totp-contract.ts';
import { health } from './health.ts';
import * as mails from './mail/contract.ts';
import * as me from './me/contract.ts';
import * as erasure from './privacy/erasure-contract.ts';
import * as personExports from './privacy/export-contract.ts';
import * as security from './security/contract.ts';
import * as serviceAccounts from './service-accounts/contract.ts';
import * as sessions from './sessions/contract.ts';
import * as signIn from './sign-in/contract.ts';
import * as signUp from './sign-up/contract.ts';
import * as invitations from './team/invitation-contract.ts';
import * as members from './team/member-contract.ts';
import * as workspaces from './workspaces/contract.ts';
import * as workspace from './workspaces/current-workspace-contract.ts';

export { errorCodes } from './domain/error-codes.ts';
export { listensTo } from './events-heard.ts';
export { tasks } from './task-names.ts';

export const operations = [
  ...signUp.operations,
  ...signIn.operations,
  ...sessions.operations,
  ...totp.operations,
  ...password.operations,
  ...email.operations,
  ...erasure.operations,
  ...me.operations,
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
