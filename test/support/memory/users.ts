import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { triggers } from '#functions/users/access-tokens/token-triggers.ts';
import type { Deps } from '#functions/users/deps.ts';
import { sessionKeysFrom } from '#functions/users/ports/session-keys.ts';
import { attemptStore } from '#functions/users/store/attempts.ts';
import { auditStore } from '#functions/users/store/audit.ts';
import { auditExportStore } from '#functions/users/store/audit-exports.ts';
import { challengeStore } from '#functions/users/store/challenges.ts';
import { checkpointStore } from '#functions/users/store/checkpoints.ts';
import { complianceReportStore } from '#functions/users/store/compliance-reports.ts';
import { emailChangeStore } from '#functions/users/store/email-changes.ts';
import { enrolmentStore } from '#functions/users/store/enrolments.ts';
import { erasureStore } from '#functions/users/store/erasures.ts';
import { failedSignInStore } from '#functions/users/store/failed-sign-ins.ts';
import { invitationStore } from '#functions/users/store/invitations.ts';
import { knownAccountStore } from '#functions/users/store/known-accounts.ts';
import { mailedCodeStore } from '#functions/users/store/mailed-codes.ts';
import { mailStore } from '#functions/users/store/mails.ts';
import { memberStore } from '#functions/users/store/members.ts';
import { peopleStore } from '#functions/users/store/people.ts';
import { personExportStore } from '#functions/users/store/person-exports.ts';
import { securityStore } from '#functions/users/store/security.ts';
import { serviceAccountStore } from '#functions/users/store/service-accounts.ts';
import { sessionStore } from '#functions/users/store/sessions.ts';
import { signUpStore } from '#functions/users/store/sign-ups.ts';
import { workspaceStore } from '#functions/users/store/workspaces.ts';
import { dailyLimits } from '#shared/daily-limits.ts';
import { signingKeyFrom } from '#shared/signing-key.ts';
import { standingStore } from '#shared/standing.ts';
import type { Clock } from '#shared/time.ts';
import { memoryFiles } from './files.ts';
import { type MemoryIdentities, memoryIdentities } from './identities.ts';
import { type MemoryMailing, memoryMailing } from './mailing.ts';
import { type MemoryTable, memoryTable } from './table.ts';

/** The dependencies of users, with its own stores on an in-memory table, an identity provider, mailing and buckets. */
export interface MemoryUsers extends Deps, MemoryTable {
  provider: MemoryIdentities;
  mailing: MemoryMailing;
  auditFiles: ReturnType<typeof memoryFiles>;
  personFiles: ReturnType<typeof memoryFiles>;
  /** The severities of counted alerts. */
  alerts: string[];
}

/** The claims that the trigger's answer puts into an access token. */
const AddedClaims = z
  .object({
    response: z.object({
      claimsAndScopeOverrideDetails: z.object({
        accessTokenGeneration: z.object({ claimsToAddOrOverride: z.record(z.string(), z.string()) }),
      }),
    }),
  })
  .transform(({ response }) => response.claimsAndScopeOverrideDetails.accessTokenGeneration.claimsToAddOrOverride);

/** Awaits `pause` before each write of the table, so that a test can let others write first. */
export const memoryUsers = (now: Clock, pause?: () => Promise<void>): MemoryUsers => {
  const memory = memoryTable(now, [], pause);
  const { table } = memory;
  const people = peopleStore(table);
  const serviceAccounts = serviceAccountStore(table);
  const addClaims = triggers({
    people,
    serviceAccounts,
    enrolmentClientId: 'enrolment',
  }).TokenGeneration_Authentication;
  const provider = memoryIdentities(async (sub, email) => {
    const event = {
      triggerSource: 'TokenGeneration_Authentication',
      callerContext: { clientId: 'client' },
      request: { userAttributes: { sub, email } },
    };
    return AddedClaims.parse(await addClaims?.(event));
  });
  let secrets = 0;
  const erasures = erasureStore(table);
  const alerts: string[] = [];
  return {
    ...memory,
    provider,
    identities: provider,
    directory: provider,
    people,
    members: memberStore(table, people),
    workspaces: workspaceStore(table),
    erasures,
    invitations: invitationStore(table),
    serviceAccounts,
    audit: auditStore(table),
    checkpoints: checkpointStore(table),
    sessionKeys: sessionKeysFrom('a secret of the tests'),
    enrolments: enrolmentStore(table),
    auditKey: signingKeyFrom('a secret of the tests', 'audit/1'),
    auditExports: auditExportStore(table),
    auditFiles: memoryFiles(now),
    complianceReports: complianceReportStore(table),
    personExports: personExportStore(table),
    dailyLimits: dailyLimits(table),
    personFiles: memoryFiles(now),
    security: securityStore(table),
    alerts,
    countAlert: (severity) => void alerts.push(severity),
    mails: mailStore(table),
    knownAccounts: knownAccountStore(table),
    mailing: memoryMailing(table),
    now,
    sessions: sessionStore(table),
    signIns: standingStore(table),
    challenges: challengeStore(table),
    emailChanges: emailChangeStore(table),
    signUps: signUpStore(table),
    codes: mailedCodeStore(table),
    attempts: attemptStore(table, 100),
    failedSignIns: failedSignInStore(table),
    commonPasswords: {
      includeAny: async (words) => words.some((word) => ['password', 'correcthorse'].includes(word)),
    },
    random: randomBytes,
    newSecret: () => `secret-${String((secrets += 1)).padStart(36, '0')}`,
    deletionGraceDays: 14,
  };
};
