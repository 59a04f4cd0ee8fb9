import type { DailyLimits } from '#shared/daily-limits.ts';
import type { SigningKey } from '#shared/signing-key.ts';
import type { StandingStore } from '#shared/standing.ts';
import type { Clock } from '#shared/time.ts';
import type { UserDirectory } from './ports/cognito-directory.ts';
import type { CommonPasswords } from './ports/common-passwords.ts';
import type { Files } from './ports/files.ts';
import type { IdentityProvider } from './ports/identity-provider.ts';
import type { Mailing } from './ports/mailer.ts';
import type { PersonFiles } from './ports/person-files.ts';
import type { SessionKeys } from './ports/session-keys.ts';
import type { AttemptStore } from './store/attempts.ts';
import type { AuditStore } from './store/audit.ts';
import type { AuditExportStore } from './store/audit-exports.ts';
import type { ChallengeStore } from './store/challenges.ts';
import type { CheckpointStore } from './store/checkpoints.ts';
import type { ComplianceReportStore } from './store/compliance-reports.ts';
import type { EmailChangeStore } from './store/email-changes.ts';
import type { EnrolmentStore } from './store/enrolments.ts';
import type { ErasureStore } from './store/erasures.ts';
import type { FailedSignInStore } from './store/failed-sign-ins.ts';
import type { InvitationStore } from './store/invitations.ts';
import type { KnownAccountStore } from './store/known-accounts.ts';
import type { MailedCodeStore } from './store/mailed-codes.ts';
import type { MailStore } from './store/mails.ts';
import type { MemberStore } from './store/members.ts';
import type { PeopleStore } from './store/people.ts';
import type { PersonExportStore } from './store/person-exports.ts';
import type { SecurityStore } from './store/security.ts';
import type { ServiceAccountStore } from './store/service-accounts.ts';
import type { SessionStore } from './store/sessions.ts';
import type { SignUpStore } from './store/sign-ups.ts';
import type { WorkspaceStore } from './store/workspaces.ts';

/** The dependencies of this context. */
export interface Deps {
  /** Checks passwords and codes, and issues tokens. */
  identities: IdentityProvider;
  /** Creates and deletes users with the platform's own credentials. */
  directory: UserDirectory;
  people: PeopleStore;
  members: MemberStore;
  workspaces: WorkspaceStore;
  /** Data to erase of a person. */
  erasures: ErasureStore;
  invitations: InvitationStore;
  serviceAccounts: ServiceAccountStore;
  audit: AuditStore;
  checkpoints: CheckpointStore;
  /** Signs checkpoints. */
  auditKey: SigningKey;
  auditExports: AuditExportStore;
  auditFiles: Files;
  complianceReports: ComplianceReportStore;
  personExports: PersonExportStore;
  /** How often per day expensive operations may be requested. */
  dailyLimits: DailyLimits;
  personFiles: PersonFiles;
  security: SecurityStore;
  /** Counts a security event as a metric. */
  countAlert: (severity: 'medium' | 'high') => void;
  mails: MailStore;
  /** X accounts that people are emailed about. */
  knownAccounts: KnownAccountStore;
  sessions: SessionStore;
  /** Single sign-ins that ended, kept until their access tokens expire. */
  signIns: Pick<StandingStore, 'endSignIn' | 'isSignInEnded'>;
  /** Derived from the same secret as `auditKey`. */
  sessionKeys: SessionKeys;
  enrolments: EnrolmentStore;
  signUps: SignUpStore;
  challenges: ChallengeStore;
  emailChanges: EmailChangeStore;
  attempts: AttemptStore;
  codes: MailedCodeStore;
  failedSignIns: FailedSignInStore;
  commonPasswords: CommonPasswords;
  /** Returns that many cryptographically random bytes. */
  random: (bytes: number) => Buffer;
  mailing: Mailing;
  now: Clock;
  /** 256 random bits, as text that is valid in a URL and a password. */
  newSecret: () => string;
  /** How long the deletion of a workspace can be cancelled, in days. */
  deletionGraceDays: number;
}
