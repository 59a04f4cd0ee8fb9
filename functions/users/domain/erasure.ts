import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { DomainError } from '#shared/errors.ts';
import { PersonId, WorkspaceId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import { isActiveOwner } from './member.ts';
import type { Membership } from './workspace.ts';

/** What an erasure did, in numbers. */
export const ErasureReport = z.object({
  /** Workspaces that they were a member of. */
  workspaces: z.int().min(0),
  /** Signs of being signed in, and what waited for a code. */
  sessions: z.int().min(0),
  /** Invitations and mails to their address, in every workspace. */
  papers: z.int().min(0),
  /** Networks they were seen in. */
  networks: z.int().min(0),
  /** Connections to X that they began and did not complete. */
  connections: z.int().min(0),
});
export type ErasureReport = z.infer<typeof ErasureReport>;

/**
 * The remains of an erased person: the id, which the audit trail and the posts refer to as a pseudonym, and what was
 * done. No name and no address.
 */
export const ErasedPerson = z.object({
  id: PersonId,
  ...entityFields,
  subject: z.string(),
  requestedAt: Instant,
  workspaceIds: z.array(WorkspaceId),
  report: ErasureReport,
});
export type ErasedPerson = z.infer<typeof ErasedPerson>;

/** Who else is in a workspace, disabled or not. */
export const othersThan = (personId: string, members: readonly Membership[]): Membership[] =>
  members.filter((member) => member.personId !== personId);

/** Whether others would be left without an owner if that person went. */
export const isSoleOwner = (personId: string, members: readonly Membership[]): boolean => {
  const others = othersThan(personId, members);
  const isOwner = members.some((member) => member.personId === personId && isActiveOwner(member));
  return isOwner && others.length > 0 && !others.some(isActiveOwner);
};

/** @param workspaceIds those that would be left without an owner */
export const soleOwner = (workspaceIds: readonly string[]): DomainError =>
  new DomainError(
    'conflict',
    'sole_owner',
    'You are the only owner of workspaces with other members. Transfer ownership or remove the others first.',
    {
      fields: workspaceIds.map((workspaceId) => ({
        path: 'workspaces',
        code: 'sole_owner',
        message: `${workspaceId} has no other active owner`,
      })),
    },
  );
