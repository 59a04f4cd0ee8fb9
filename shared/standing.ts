import * as z from 'zod';
import { DomainError } from './errors.ts';
import { PersonId, WorkspaceId } from './ids.ts';
import { Role } from './permissions.ts';
import { isEndedBy, type SignIn, SignIns } from './sign-ins.ts';
import type { Key, Table } from './table.ts';
import { timeToLive } from './time.ts';

/** The longest life of an access token, a service account's (infra/stacks/identity.ts), in seconds. */
export const longestTokenSeconds = 60 * 60;

/**
 * What has changed for a member or a service account since the oldest token that still lives was issued. `isActive`:
 * false after a removal, a suspension or a revocation. What is undefined has not changed: the token's own word counts.
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
  /** The sign-in that the token comes from has ended meanwhile. */
  hasSignInEnded?: boolean;
};

/** Whose standing is asked for, as their access token names them. A machine has no sign-in. */
interface Who extends SignIn {
  workspaceId: string;
  personId: string;
}

/** Looks up a caller's current standing, as far as it may differ from their access token. */
export type FindStanding = (who: Who) => Promise<Standing | undefined>;

export interface StandingStore {
  find: FindStanding;
  /** Keeps that all sign-ins of a person from before a round have ended but one; an older end changes nothing. */
  endSignIns(personId: string, signIns: SignIns): Promise<void>;
  /** Keeps that one sign-in has ended. */
  endSignIn(signInId: string): Promise<void>;
  /** Whether one sign-in has ended by itself. */
  isSignInEnded(signInId: string): Promise<boolean>;
  /** Keeps a change for as long as tokens from before it live. `version`: the membership's; an older one changes nothing. */
  learn(who: { workspaceId: string; personId: string }, version: number, change: Standing): Promise<void>;
}

const standingKey = (workspaceId: string, personId: string): Key => ({ pk: workspaceId, sk: `STANDING#${personId}` });

/** A sign-in is a person's and no workspace's: what has ended it counts in every one of theirs. */
const signInsKey = (personId: string): Key => ({ pk: `SIGN_INS#${personId}`, sk: 'SIGN_INS' });
const signInKey = (signInId: string): Key => ({ pk: `SIGN_IN#${signInId}`, sk: 'SIGN_IN' });

/** Twice the life of a token: the event itself may come late. */
const keptSeconds = 2 * longestTokenSeconds;

/** Recent changes of standing, as a context keeps them of users' events. */
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
    // Role and activity each move forward on their own: a suspension must not hide a demotion that arrives later.
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

/** The role in the token was taken away meanwhile. */
export const notAMember = (): DomainError =>
  new DomainError('forbidden', 'not_a_member', 'You are no longer a member of this workspace. Sign in again.');

/** The sign-in that the token comes from has ended: signed out, revoked, or ended with a new password. */
export const sessionEnded = (): DomainError =>
  new DomainError('unauthenticated', 'session_ended', 'This session has ended. Sign in again.');
