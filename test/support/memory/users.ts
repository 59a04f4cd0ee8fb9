import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Deps } from '../../../functions/users/deps.ts';
import type { Mail } from '../../../functions/users/domain/mail.ts';
import type { MailStore } from '../../../functions/users/store/mails.ts';
import { sessionKeysFrom } from '../../../functions/users/session-keys.ts';
import { complianceReportStore } from '../../../functions/users/store/compliance-reports.ts';
import { dailyLimits } from '../../../functions/users/store/daily-limits.ts';
import { enrolmentStore } from '../../../functions/users/store/enrolments.ts';
import { erasureStore } from '../../../functions/users/store/erasures.ts';
import { invitationStore } from '../../../functions/users/store/invitations.ts';
import { memberStore } from '../../../functions/users/store/members.ts';
import { peopleStore, type PeopleStore } from '../../../functions/users/store/people.ts';
import { personExportStore } from '../../../functions/users/store/person-exports.ts';
import { serviceAccountStore } from '../../../functions/users/store/service-accounts.ts';
import { workspaceStore } from '../../../functions/users/store/workspaces.ts';
import { triggers } from '../../../functions/users/triggers.ts';
import type { Author } from '../../../shared/actor.ts';
import { firstVersion, lostUpdate, nextVersion, type Item, type Table } from '../../../shared/dynamo.ts';
import type { Change } from '../../../shared/lambda/stream.ts';
import { newId } from '../../../shared/ids.ts';
import { signingKeyFrom } from '../../../shared/signing-key.ts';
import { timeToLive, type Clock } from '../../../shared/time.ts';
import { memoryAudit, memoryCheckpoints, type MemoryAudit } from './audit.ts';
import { memoryAuditExports, memoryAuditFiles } from './audit-exports.ts';
import { memoryCredentials } from './credentials.ts';
import { memoryIdentities, type MemoryIdentities } from './identities.ts';
import { memoryMailing, type MemoryMailing } from './mailing.ts';
import { memorySecurity } from './security.ts';
import { memoryPersonFiles } from './person-files.ts';
import { memoryTable } from './table.ts';

/** The context's stores and identity provider in memory, with the writes that a table's stream would tell. */
export interface MemoryUsers extends Deps {
  provider: MemoryIdentities;
  changes: Change[];
  /** The items of the table. */
  rows: ReadonlyMap<string, Item>;
  table: Table;
  mailing: MemoryMailing;
  people: PeopleStore & { remove(workspaceId: string, personId: string): Promise<void> };
  audit: MemoryAudit;
  auditFiles: ReturnType<typeof memoryAuditFiles>;
  personFiles: ReturnType<typeof memoryPersonFiles>;
  checkpoints: ReturnType<typeof memoryCheckpoints>;
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

/** `pause` is waited for before each write of the table, so that a test can let others write first. */
export const memoryUsers = (now: Clock, pause?: () => Promise<void>): MemoryUsers => {
  const changes: Change[] = [];
  const { table, items: rows } = memoryTable(now, changes, pause);
  const people = {
    ...peopleStore(table),
    remove: (workspaceId: string, personId: string) => table.delete({ pk: workspaceId, sk: `MEMBER#${personId}` }),
  };
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
  const mails = memoryMails(now, changes);
  return {
    provider,
    identities: async () => provider,
    directory: async () => provider,
    people,
    members: memberStore(table, people),
    workspaces: workspaceStore(table),
    erasures: async () => erasures,
    invitations: invitationStore(table),
    serviceAccounts,
    audit: memoryAudit(),
    checkpoints: memoryCheckpoints(),
    sessionKeys: async () => sessionKeysFrom('a secret of the tests'),
    enrolments: enrolmentStore(table),
    auditKey: async () => signingKeyFrom('a secret of the tests', 'audit/1'),
    auditExports: memoryAuditExports(now, changes),
    auditFiles: memoryAuditFiles(now),
    complianceReports: complianceReportStore(table),
    personExports: personExportStore(table),
    dailyLimits: dailyLimits(table),
    personFiles: memoryPersonFiles(now),
    security: memorySecurity(now, changes),
    alerts,
    countAlert: (severity) => void alerts.push(severity),
    mails,
    mailing: memoryMailing(),
    changes,
    rows,
    table,
    now,
    ...memoryCredentials(now, changes),
    triesPerNetwork: 100,
    commonPasswords: async () => new Set(['password', 'correcthorse']),
    random: randomBytes,
    newSecret: () => `secret-${String((secrets += 1)).padStart(36, '0')}`,
    deletionGraceDays: 14,
  };
};

const memoryMails = (now: Clock, changes: Change[]): MailStore => {
  const mails = new Map<string, Mail>();
  const write = (mail: Mail, author: Author): Mail => {
    const before = mails.get(mail.id);
    const after = nextVersion(mail, now(), author);
    mails.set(mail.id, after);
    changes.push({ before: before && { ...before, type: 'mail' }, after: { ...after, type: 'mail' } });
    return after;
  };
  return {
    queue: async (mail, author) => {
      const waiting = { id: newId('mal', now()), ...mail, status: 'waiting' as const, ttl: timeToLive(now(), 86_400) };
      return write(firstVersion(waiting, now(), author), author);
    },
    async find(workspaceId, mailId) {
      const mail = mails.get(mailId);
      return mail?.workspaceId === workspaceId ? mail : undefined;
    },
    async save(mail, author) {
      if (mails.get(mail.id)?.version !== mail.version) throw lostUpdate();
      return write(mail, author);
    },
    async list(workspaceId, status, { limit }) {
      const all = [...mails.values()].filter((mail) => mail.workspaceId === workspaceId).toReversed();
      return {
        items: all.filter((mail) => status === undefined || mail.status === status).slice(0, limit),
        nextCursor: null,
      };
    },
  };
};
