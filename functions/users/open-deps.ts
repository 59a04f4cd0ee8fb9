import { randomBytes } from 'node:crypto';
import { dailyLimits } from '#shared/daily-limits.ts';
import { lazy } from '#shared/lazy.ts';
import { alertCounter, MetricUnit, observe } from '#shared/observability.ts';
import { once } from '#shared/once.ts';
import { secretText } from '#shared/secrets-manager.ts';
import { signingKeyFrom } from '#shared/signing-key.ts';
import { standingStore } from '#shared/standing.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import type { Environment } from './environment.ts';
import { cognitoUserPool } from './ports/cognito.ts';
import type { MailSender } from './ports/ses.ts';
import { sessionKeysFrom } from './ports/session-keys.ts';
import { attemptStore } from './store/attempts.ts';
import { auditStore } from './store/audit.ts';
import { challengeStore } from './store/challenges.ts';
import { failedSignInStore } from './store/failed-sign-ins.ts';
import { mailPreferenceStore } from './store/mail-preferences.ts';
import { memberStore } from './store/members.ts';
import { peopleStore } from './store/people.ts';
import { securityStore } from './store/security.ts';
import { sessionStore } from './store/sessions.ts';
import { workspaceStore } from './store/workspaces.ts';

/** File of common passwords, next to the bundle. */
const commonPasswordsFile = new URL('common-passwords.txt', import.meta.url);

const newSecret = () => randomBytes(32).toString('base64url');

/** A stage without a sender sends nothing; its emails fail visibly. */
const noSender: MailSender = { send: async () => 'refused' };

const mailingOf = ({ MAIL_SENDER: sender, PUBLIC_URL: publicUrl }: Environment, table: Table): Deps['mailing'] => {
  const { metrics } = observe('users');
  return {
    sender: sender === undefined ? noSender : lazy(async () => (await import('./ports/ses.ts')).sesSender(sender)),
    preferences: mailPreferenceStore(table),
    publicUrl,
    countFailed: () => {
      metrics.addMetric('MailsFailed', MetricUnit.Count, 1);
      metrics.publishStoredMetrics();
    },
  };
};

/** The dependencies on AWS. */
export const openDeps = (env: Environment, table: Table): Deps => {
  const { now } = table;
  const people = peopleStore(table);
  const stageSecret = once(() => secretText(env.AUDIT_SECRET_ARN));
  return {
    identities: cognitoUserPool({
      userPoolId: env.USER_POOL_ID,
      clientId: env.USER_POOL_CLIENT_ID,
      enrolmentClientId: env.ENROLMENT_CLIENT_ID,
    }),
    directory: lazy(async () =>
      (await import('./ports/cognito-directory.ts')).cognitoDirectory({
        userPoolId: env.USER_POOL_ID,
        machineClientId: env.MACHINE_CLIENT_ID,
        newSecret,
      }),
    ),
    people,
    members: memberStore(table, people),
    auditExports: lazy(async () => (await import('./store/audit-exports.ts')).auditExportStore(table)),
    challenges: challengeStore(table),
    checkpoints: lazy(async () => (await import('./store/checkpoints.ts')).checkpointStore(table)),
    complianceReports: lazy(async () => (await import('./store/compliance-reports.ts')).complianceReportStore(table)),
    emailChanges: lazy(async () => (await import('./store/email-changes.ts')).emailChangeStore(table)),
    enrolments: lazy(async () => (await import('./store/enrolments.ts')).enrolmentStore(table)),
    erasures: lazy(async () => (await import('./store/erasures.ts')).erasureStore(table)),
    failedSignIns: failedSignInStore(table),
    invitations: lazy(async () => (await import('./store/invitations.ts')).invitationStore(table)),
    knownAccounts: lazy(async () => (await import('./store/known-accounts.ts')).knownAccountStore(table)),
    codes: lazy(async () => (await import('./store/mailed-codes.ts')).mailedCodeStore(table)),
    mails: lazy(async () => (await import('./store/mails.ts')).mailStore(table)),
    personExports: lazy(async () => (await import('./store/person-exports.ts')).personExportStore(table)),
    security: securityStore(table),
    serviceAccounts: lazy(async () => (await import('./store/service-accounts.ts')).serviceAccountStore(table)),
    sessions: sessionStore(table),
    signUps: lazy(async () => (await import('./store/sign-ups.ts')).signUpStore(table)),
    workspaces: workspaceStore(table),
    audit: auditStore(table),
    attempts: attemptStore(table, env.ADDRESSES_PER_NETWORK),
    dailyLimits: dailyLimits(table),
    signIns: standingStore(table),
    auditKey: lazy(async () => signingKeyFrom(await stageSecret(), 'audit/1')),
    sessionKeys: lazy(async () => sessionKeysFrom(await stageSecret())),
    auditFiles: lazy(async () => (await import('./ports/file-bucket.ts')).fileBucket(env.AUDIT_BUCKET, now)),
    personFiles: lazy(async () => (await import('./ports/person-bucket.ts')).personBucket(env.PERSON_BUCKET, now)),
    commonPasswords: lazy(async () =>
      (await import('./ports/common-passwords.ts')).commonPasswordsFrom(commonPasswordsFile),
    ),
    mailing: mailingOf(env, table),
    countAlert: alertCounter('users'),
    random: randomBytes,
    newSecret,
    deletionGraceDays: env.DELETION_GRACE_DAYS,
    now,
  };
};
