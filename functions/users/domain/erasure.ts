import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { DomainError } from '#shared/errors.ts';
import { PersonId, WorkspaceId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import { isActiveOwner } from './member.ts';
import type { Membership } from './workspace.ts';

/** Counts of what an erasure deleted. */
export const ErasureReport = z.object({
  /** Workspaces that the person was a member of. */
  workspaces: z.int().min(0),
  /** Sessions and pending codes. */
  sessions: z.int().min(0),
  /** Invitations and emails to their address, in all workspaces. */
  papers: z.int().min(0),
  /** Networks they were seen from. */
  networks: z.int().min(0),
  /** Connections to X that they started but did not complete. */
  connections: z.int().min(0),
});
export type ErasureReport = z.infer<typeof ErasureReport>;

/**
 * What remains of an erased person: the id, which the audit trail and posts refer to as a pseudonym, and what was
 * erased. No name and no email address.
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

/** Returns the other members, including disabled ones. */
export const othersThan = (personId: string, members: readonly Membership[]): Membership[] =>
  members.filter((member) => member.personId !== personId);

/** Whether other members would be left without an owner if this person left. */
export const isSoleOwner = (personId: string, members: readonly Membership[]): boolean => {
  const others = othersThan(personId, members);
  const isOwner = members.some((member) => member.personId === personId && isActiveOwner(member));
  return isOwner && others.length > 0 && !others.some(isActiveOwner);
};

/** @param workspaceIds workspaces that would be left without an owner */
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
