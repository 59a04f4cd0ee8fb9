import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { dailyLimits } from '#shared/daily-limits.ts';
import { parseEnvironment } from '#shared/environment.ts';
import { createHandler } from '#shared/lambda/handler.ts';
import { lateTasks } from '#shared/lambda/task.ts';
import { alertCounter, observe } from '#shared/observability.ts';
import { once } from '#shared/once.ts';
import { lateShareTasks } from '#shared/privacy/export-task.ts';
import { standingStore } from '#shared/standing.ts';
import { openTable } from '#shared/table.ts';
import { standingByRow } from './current-caller.ts';
import type { Deps } from './deps.ts';
import { auditLate } from './late-audit.ts';
import { auditFilesLate } from './late-audit-files.ts';
import { complianceReportsLate } from './late-compliance-reports.ts';
import { personFilesLate } from './late-person-files.ts';
import { openMailing } from './ports/mailer.ts';
import { routes } from './routes.ts';
import { triggers } from './sign-in/token-triggers.ts';
import { tryStore } from './store/attempts.ts';
import { auditExportStore } from './store/audit-exports.ts';
import { challengeStore } from './store/challenges.ts';
import { checkpointStore } from './store/checkpoints.ts';
import { deviceStore } from './store/devices.ts';
import { emailChangeStore } from './store/email-changes.ts';
import { enrolmentStore } from './store/enrolments.ts';
import { failedSignInStore } from './store/failed-sign-ins.ts';
import { invitationStore } from './store/invitations.ts';
import { knownAccountStore } from './store/known-accounts.ts';
import { mailedCodeStore } from './store/mailed-codes.ts';
import { mailStore } from './store/mails.ts';
import { memberStore } from './store/members.ts';
import { peopleStore } from './store/people.ts';
import { personExportStore } from './store/person-exports.ts';
import { securityStore } from './store/security.ts';
import { serviceAccountStore } from './store/service-accounts.ts';
import { sessionStore } from './store/sessions.ts';
import { signUpStore } from './store/sign-ups.ts';
import { workspaceStore } from './store/workspaces.ts';
import { tasks as names } from './task-names.ts';

const env = parseEnvironment(
  {
    TABLE_NAME: z.string(),
    BUS_NAME: z.string(),
    PERSON_BUCKET: z.string(),
    USER_POOL_ID: z.string(),
    USER_POOL_CLIENT_ID: z.string(),
    ADDRESSES_PER_NETWORK: z.coerce.number().int().min(1),
    MACHINE_CLIENT_ID: z.string(),
    ENROLMENT_CLIENT_ID: z.string(),
    DELETION_GRACE_DAYS: z.coerce.number().int().min(0),
    PUBLIC_URL: z.url(),
    MAIL_SENDER: z.email().optional(),
    AUDIT_SECRET_ARN: z.string(),
    AUDIT_BUCKET: z.string(),
  },
  process.env,
);
const now = () => new Date();
const table = openTable(env.TABLE_NAME, now);
const people = peopleStore(table);
const newSecret = () => randomBytes(32).toString('base64url');
const stageSecret = once(async () => (await import('#shared/secrets-manager.ts')).secretText(env.AUDIT_SECRET_ARN));

const deps: Deps = {
  // Cognito is loaded when somebody signs up, in or out.
  identities: once(async () =>
    (await import('./ports/cognito.ts')).cognitoUserPool({
      userPoolId: env.USER_POOL_ID,
      clientId: env.USER_POOL_CLIENT_ID,
      enrolmentClientId: env.ENROLMENT_CLIENT_ID,
    }),
  ),
  directory: once(async () =>
    (await import('./ports/cognito-directory.ts')).cognitoDirectory({
      userPoolId: env.USER_POOL_ID,
      machineClientId: env.MACHINE_CLIENT_ID,
      newSecret,
    }),
  ),
  people,
  members: memberStore(table, people),
  workspaces: workspaceStore(table),
  erasures: once(async () => (await import('./store/erasures.ts')).erasureStore(table)),
  invitations: invitationStore(table),
  serviceAccounts: serviceAccountStore(table),
  audit: auditLate(once(async () => (await import('./store/audit.ts')).auditStore(table))),
  checkpoints: checkpointStore(table),
  auditKey: once(async () => (await import('#shared/signing-key.ts')).signingKeyFrom(await stageSecret(), 'audit/1')),
  auditExports: auditExportStore(table),
  auditFiles: auditFilesLate(
    once(async () => (await import('./ports/audit-bucket.ts')).auditBucket(env.AUDIT_BUCKET, now)),
  ),
  complianceReports: complianceReportsLate(
    once(async () => (await import('./store/compliance-reports.ts')).complianceReportStore(table)),
  ),
  personExports: personExportStore(table),
  dailyLimits: dailyLimits(table),
  personFiles: personFilesLate(
    once(async () => (await import('./ports/person-bucket.ts')).personBucket(env.PERSON_BUCKET, now)),
  ),
  security: securityStore(table),
  countAlert: alertCounter('users'),
  mails: mailStore(table),
  knownAccounts: knownAccountStore(table),
  sessions: sessionStore(table),
  signIns: standingStore(table),
  sessionKeys: once(async () => (await import('./ports/session-keys.ts')).sessionKeysFrom(await stageSecret())),
  enrolments: enrolmentStore(table),
  signUps: signUpStore(table),
  challenges: challengeStore(table),
  emailChanges: emailChangeStore(table),
  tries: tryStore(table, env.ADDRESSES_PER_NETWORK),
  devices: deviceStore(table),
  codes: mailedCodeStore(table),
  failedSignIns: failedSignInStore(table),
  commonPasswords: once(async () =>
    (await import('./ports/common-passwords.ts')).readCommonPasswords(new URL('common-passwords.txt', import.meta.url)),
  ),
  random: randomBytes,
  mailing: openMailing(env, table, observe('users')),
  now,
  newSecret,
  deletionGraceDays: env.DELETION_GRACE_DAYS,
};

export const handler = createHandler({
  context: 'users',
  routes: routes(deps, table),
  table,
  standing: standingByRow(deps),
  subscriptions: async () => (await import('./subscriptions.ts')).subscriptions(deps),
  tasks: lateTasks(Object.values(names), async () => [
    ...(await import('./tasks.ts')).tasks(deps),
    ...lateShareTasks('users', names.sharePerson, {
      table,
      bucket: env.PERSON_BUCKET,
      kinds: async () => (await import('./privacy/export-person.ts')).shareKinds,
    }),
  ]),
  stream: {
    eventsFor: async () => (await import('./changes.ts')).eventsFor,
    publish: async () => (await import('#shared/events/publish.ts')).busPublisher(env.BUS_NAME),
  },
  triggers: triggers({ ...deps, enrolmentClientId: env.ENROLMENT_CLIENT_ID }),
});
