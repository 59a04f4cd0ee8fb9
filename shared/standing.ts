import * as z from 'zod';
import { DomainError } from './errors.ts';
import { PersonId, WorkspaceId } from './ids.ts';
import { Role } from './permissions.ts';
import { isEndedBy, type SignIn, SignIns } from './sign-ins.ts';
import type { Key, Table } from './table.ts';
import { timeToLive } from './time.ts';

/** Longest lifetime of an access token, that of service accounts (infra/stacks/identity.ts), in seconds. */
export const longestTokenSeconds = 60 * 60;

/**
 * What has changed for a member or service account since the oldest valid token was issued; undefined: nothing, so the
 * token is right. `isActive` is false after a removal, suspension or revocation.
 */
export const Standing = z.object({
  workspaceId: WorkspaceId,
  personId: PersonId,
  role: Role.optional(),
  roleVersion: z.int().optional(),
  isActive: z.boolean().optional(),
  activeVersion: z.int().optional(),
});
export type Standing = Pick<z.infer<typeof Standing>, 'role' | 'isActive'> & {
  /** The sign-in that the token comes from has since ended. */
  hasSignInEnded?: boolean;
};

/** Whose standing to look up, from their access token. A machine has no sign-in. */
interface Who extends SignIn {
  workspaceId: string;
  personId: string;
}

/** Looks up a caller's current standing, as far as it can differ from their access token. */
export type FindStanding = (who: Who) => Promise<Standing | undefined>;

export interface StandingStore {
  find: FindStanding;
  /**
   * Stores that all sign-ins of a person from before a round have ended, except one; an older round changes nothing.
   */
  endSignIns(personId: string, signIns: SignIns): Promise<void>;
  /** Stores that one sign-in has ended. */
  endSignIn(signInId: string): Promise<void>;
  /** Whether this one sign-in was ended. */
  isSignInEnded(signInId: string): Promise<boolean>;
  /**
   * Stores a change as long as older tokens are valid. `version`: that of the membership; an older one changes nothing.
   */
  learn(who: { workspaceId: string; personId: string }, version: number, change: Standing): Promise<void>;
}

const standingKey = (workspaceId: string, personId: string): Key => ({ pk: workspaceId, sk: `STANDING#${personId}` });

/** Sign-ins belong to a person, not a workspace; their end counts in every workspace of the person. */
const signInsKey = (personId: string): Key => ({ pk: `SIGN_INS#${personId}`, sk: 'SIGN_INS' });
const signInKey = (signInId: string): Key => ({ pk: `SIGN_IN#${signInId}`, sk: 'SIGN_IN' });

/** Twice the lifetime of a token, since the event itself can be late. */
const keptSeconds = 2 * longestTokenSeconds;

/** Stores recent changes of standing in a context, from the events of users. */
export const standingStore = (table: Table): StandingStore => ({
  async find(who) {
    const { workspaceId, personId, signInId } = who;
    const keys = [standingKey(workspaceId, personId), signInsKey(personId)];
    const ofSignIn = signInId === undefined ? [] : [signInKey(signInId)];
    const found = new Map((await table.getAll([...keys, ...ofSignIn])).map((item) => [item.sk, item]));
    const [standing, signIns] = keys.map(({ sk }) => found.get(sk));
    const itself = found.get('SIGN_IN');
    if (!standing && !signIns && !itself) return undefined;
    return {
      ...(standing && Standing.parse(standing)),
      hasSignInEnded: itself !== undefined || (signIns !== undefined && isEndedBy(SignIns.parse(signIns), who)),
    };
  },
  async endSignIns(personId, { round, kept }) {
    await table.put(
      { ...signInsKey(personId), round, kept, ttl: timeToLive(table.now(), keptSeconds) },
      {
        ConditionExpression: 'attribute_not_exists(#round) OR #round < :round',
        ExpressionAttributeNames: { '#round': 'round' },
        ExpressionAttributeValues: { ':round': round },
      },
    );
  },
  async endSignIn(signInId) {
    await table.put({ ...signInKey(signInId), ttl: timeToLive(table.now(), keptSeconds) });
  },
  isSignInEnded: async (signInId) => (await table.get(signInKey(signInId))) !== undefined,
  async learn({ workspaceId, personId }, version, change) {
    // Each has its own version: a suspension must not hide a demotion that arrives later.
    for (const [name, value] of Object.entries({ role: change.role, isActive: change.isActive })) {
      if (value === undefined) continue;
      const versionName = name === 'role' ? 'roleVersion' : 'activeVersion';
      await table.update(standingKey(workspaceId, personId), {
        UpdateExpression:
          'SET #value = :value, #version = :version, workspaceId = :workspaceId, personId = :personId, #ttl = :ttl',
        ConditionExpression: 'attribute_not_exists(#version) OR #version < :version',
        ExpressionAttributeNames: { '#value': name, '#version': versionName, '#ttl': 'ttl' },
        ExpressionAttributeValues: {
          ':value': value,
          ':version': version,
          ':workspaceId': workspaceId,
          ':personId': personId,
          ':ttl': timeToLive(table.now(), keptSeconds),
        },
      });
    }
  },
});

/** The error for a member who was removed or suspended since the token was issued. */
export const notAMember = (): DomainError =>
  new DomainError('forbidden', 'not_a_member', 'You are no longer a member of this workspace. Sign in again.');

/** The error for a token whose sign-in has ended: signed out, revoked, or ended by a new password. */
export const sessionEnded = (): DomainError =>
  new DomainError('unauthenticated', 'session_ended', 'This session has ended. Sign in again.');
