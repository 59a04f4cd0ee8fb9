import * as z from 'zod';
import type { Key, Table } from './dynamo.ts';
import { DomainError } from './errors.ts';
import { Role } from './http/permissions.ts';
import { PersonId, WorkspaceId } from './ids.ts';
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
export type Standing = Pick<z.infer<typeof Standing>, 'role' | 'isActive'>;

/** Looks up how somebody stands now, as far as that may differ from what their access token says. */
export type FindStanding = (who: { workspaceId: string; personId: string }) => Promise<Standing | undefined>;

export interface StandingStore {
  find: FindStanding;
  /** Keeps a change for as long as tokens from before it live. `version`: the membership's; an older one changes nothing. */
  learn(who: { workspaceId: string; personId: string }, version: number, change: Standing): Promise<void>;
}

const standingKey = (workspaceId: string, personId: string): Key => ({ pk: workspaceId, sk: `STANDING#${personId}` });

/** Recent changes of standing, as a context keeps them of users' events. */
export const standingStore = (table: Table): StandingStore => ({
  async find({ workspaceId, personId }) {
    const item = await table.get(standingKey(workspaceId, personId));
    return item && Standing.parse(item);
  },
  async learn({ workspaceId, personId }, version, change) {
    // Role and activity move forward each by itself: a suspension must not hide a demotion that is heard of later.
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
          // Twice the life of a token: the event itself may come late.
          ':ttl': timeToLive(table.now(), 2 * longestTokenSeconds),
        },
      });
    }
  },
});

/** The role in the token was taken away meanwhile. */
export const notAMember = (): DomainError =>
  new DomainError('forbidden', 'not_a_member', 'You are not a member of this workspace any more. Sign in again.');
