import { randomUUID } from 'node:crypto';
import type { Deps } from '../../../functions/users/deps.ts';
import type { AuditEvent } from '../../../functions/users/domain/audit-event.ts';
import type { Mail } from '../../../functions/users/domain/mail.ts';
import type { Person } from '../../../functions/users/domain/person.ts';
import { invalidCode, invalidCredentials, invalidRefreshToken } from '../../../functions/users/domain/refusals.ts';
import type { Membership, Workspace } from '../../../functions/users/domain/workspace.ts';
import type { IdentityProvider, Tokens } from '../../../functions/users/identity-provider.ts';
import type { AuditStore } from '../../../functions/users/store/audit.ts';
import type { MailStore } from '../../../functions/users/store/mails.ts';
import type { PeopleStore } from '../../../functions/users/store/people.ts';
import { triggers } from '../../../functions/users/triggers.ts';
import type { Author } from '../../../shared/actor.ts';
import { firstVersion, lostUpdate, nextVersion } from '../../../shared/dynamo.ts';
import { notFound } from '../../../shared/errors.ts';
import { decodeCursor, encodeCursor } from '../../../shared/http/page.ts';
import type { Change } from '../../../shared/lambda/stream.ts';
import { newId } from '../../../shared/ids.ts';
import { timeToLive, type Clock } from '../../../shared/time.ts';

/** The context's stores and identity provider in memory, with the writes that a table's stream would tell. */
export interface MemoryUsers extends Deps {
  provider: MemoryIdentities;
  changes: Change[];
  trail: Map<string, AuditEvent>;
  people: PeopleStore & { remove(workspaceId: string, personId: string): void };
}

export interface MemoryIdentities extends IdentityProvider {
  /** Codes mailed to an address, the oldest first. */
  mails(email: string): string[];
  /** Shuts somebody out, as an administrator of the pool can. */
  disable(email: string): void;
}

export const memoryUsers = (now: Clock): MemoryUsers => {
  const changes: Change[] = [];
  const people = memoryPeople(now, changes);
  const { trail, audit } = memoryAudit();
  const addClaims = triggers({ people }).TokenGeneration_Authentication;
  const provider = memoryIdentities(async (sub) => {
    await addClaims?.({
      triggerSource: 'TokenGeneration_Authentication',
      request: { userAttributes: { sub } },
    });
  });
  const mails = memoryMails(now, changes);
  return { provider, identities: async () => provider, people, audit, mails, trail, changes, now };
};

const memoryPeople = (now: Clock, changes: Change[]): MemoryUsers['people'] => {
  const persons = new Map<string, Person>();
  const workspaces = new Map<string, Workspace>();
  const memberships = new Map<string, Membership>();
  const key = (workspaceId: string, personId: string) => `${workspaceId}/${personId}`;

  const note = (change: Partial<Person>, subject: string, correlationId: string): Person | undefined => {
    const before = persons.get(subject);
    if (!before) return undefined;
    const after = nextVersion({ ...before, ...change }, now(), {
      actor: { type: 'person', id: before.id },
      correlationId,
    });
    persons.set(subject, after);
    changes.push({ before: { ...before, type: 'person' }, after: { ...after, type: 'person' } });
    return after;
  };

  return {
    find: async (subject) => persons.get(subject),
    async register({ person, workspace, membership }, correlationId) {
      if (persons.has(person.subject)) return false;
      const author: Author = { actor: { type: 'person', id: person.id }, correlationId };
      const first = <N extends { workspaceId: string }>(entity: N) =>
        nextVersion(firstVersion(entity, now(), author), now(), author);
      persons.set(person.subject, first(person));
      workspaces.set(workspace.workspaceId, first(workspace));
      memberships.set(key(membership.workspaceId, membership.personId), first(membership));
      changes.push({ before: undefined, after: { ...first(person), type: 'person' } });
      changes.push({ before: undefined, after: { ...first(workspace), type: 'workspace' } });
      changes.push({ before: undefined, after: { ...first(membership), type: 'membership' } });
      return true;
    },
    noteSignIn: async (subject, correlationId) => note({ lastSignInAt: now().toISOString() }, subject, correlationId),
    noteSignOut: async (subject, correlationId) => note({ lastSignOutAt: now().toISOString() }, subject, correlationId),
    findWorkspace: async (workspaceId) => workspaces.get(workspaceId),
    async getWorkspace(workspaceId) {
      const workspace = workspaces.get(workspaceId);
      if (!workspace) throw notFound('workspace');
      return workspace;
    },
    async saveWorkspace(workspace, author) {
      const before = workspaces.get(workspace.workspaceId);
      if (before?.version !== workspace.version) throw lostUpdate();
      const after = nextVersion(workspace, now(), author);
      workspaces.set(workspace.workspaceId, after);
      changes.push({ before: { ...before, type: 'workspace' }, after: { ...after, type: 'workspace' } });
      return after;
    },
    findMembership: async (workspaceId, personId) => memberships.get(key(workspaceId, personId)),
    membershipsOf: async (personId) => [...memberships.values()].filter((each) => each.personId === personId),
    remove: (workspaceId, personId) => void memberships.delete(key(workspaceId, personId)),
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
    find: async (_workspaceId, mailId) => mails.get(mailId),
    save: async (mail, author) => write(mail, author),
  };
};

const memoryAudit = (): { trail: Map<string, AuditEvent>; audit: AuditStore } => {
  const trail = new Map<string, AuditEvent>();
  const audit: AuditStore = {
    async append(workspaceId, event) {
      const at = `${workspaceId}#${event.occurredAt}#${event.id}`;
      if (!trail.has(at)) trail.set(at, event);
    },
    async list(workspaceId, { from, to, entityId, eventType }, { limit, cursor, scope }) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, scope).at;
      const found = [...trail]
        .filter(([at]) => at.startsWith(`${workspaceId}#`) && (after === undefined || at < after))
        .filter(([, { occurredAt }]) => from === undefined || Date.parse(occurredAt) >= Date.parse(from))
        .filter(([, { occurredAt }]) => to === undefined || Date.parse(occurredAt) < Date.parse(to))
        .filter(([, event]) => entityId === undefined || event.entityId === entityId)
        .filter(([, event]) => eventType === undefined || event.eventType === eventType)
        .sort(([one], [other]) => (one < other ? 1 : -1));
      const page = found.slice(0, limit);
      const last = page.at(-1)?.[0] ?? '';
      return {
        items: page.map(([, event]) => event),
        nextCursor: found.length > limit ? encodeCursor({ at: last }, scope) : null,
      };
    },
  };
  return { trail, audit };
};

interface User {
  subject: string;
  email: string;
  password: string;
  name: string;
  workspaceName: string;
  isConfirmed: boolean;
  isEnabled: boolean;
}

/** A user pool: an unknown address looks like a wrong password or a wrong code, tokens need the trigger's consent. */
const memoryIdentities = (beforeToken: (sub: string) => Promise<void>): MemoryIdentities => {
  const users = new Map<string, User>();
  const mailed = new Map<string, string[]>();
  const sessions = new Map<string, string>();

  const mail = (email: string): void => {
    const codes = mailed.get(email) ?? [];
    mailed.set(email, [...codes, String(100_000 + users.size * 100 + codes.length)]);
  };
  const tokensFor = async (subject: string, refreshToken: string): Promise<Tokens> => {
    await beforeToken(subject);
    const payload = Buffer.from(JSON.stringify({ sub: subject })).toString('base64url');
    return { accessToken: `e30.${payload}.s`, refreshToken, expiresIn: 900, tokenType: 'Bearer' };
  };

  return {
    mails: (email) => mailed.get(email) ?? [],
    disable(email) {
      const user = users.get(email);
      if (user) user.isEnabled = false;
    },
    async signUp(person) {
      if (users.has(person.email)) return;
      users.set(person.email, { ...person, subject: randomUUID(), isConfirmed: false, isEnabled: true });
      mail(person.email);
    },
    async confirm(email, code) {
      const user = users.get(email);
      if (user?.isConfirmed || user?.isEnabled === false) return 'nothing_pending';
      if (!user || mailed.get(email)?.at(-1) !== code) throw invalidCode();
      user.isConfirmed = true;
      return 'confirmed';
    },
    async resendCode(email) {
      if (users.get(email)?.isConfirmed === false) mail(email);
    },
    async find(email) {
      const user = users.get(email);
      return user && { ...user, isConfirmed: user.isConfirmed && user.isEnabled };
    },
    async signIn(email, password) {
      const user = users.get(email);
      if (!user?.isConfirmed || !user.isEnabled || user.password !== password) throw invalidCredentials();
      const refreshToken = `refresh-${randomUUID()}`;
      const tokens = await tokensFor(user.subject, refreshToken);
      sessions.set(refreshToken, user.subject);
      return { subject: user.subject, tokens };
    },
    async refresh(refreshToken) {
      const subject = sessions.get(refreshToken);
      if (subject === undefined) throw invalidRefreshToken();
      return tokensFor(subject, refreshToken);
    },
    async revoke(refreshToken) {
      sessions.delete(refreshToken);
    },
  };
};
