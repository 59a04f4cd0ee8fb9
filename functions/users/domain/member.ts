import { DomainError } from '#shared/errors.ts';
import type { Role } from '#shared/permissions.ts';
import { dayMs, instantAfter } from '#shared/time.ts';
import { bounded } from './bounds.ts';
import type { Membership } from './workspace.ts';

/** Most members and open invitations together in a workspace. */
export const membersBound = bounded(1_000, 'members and open invitations per workspace');

export const isActiveOwner = ({ role, status }: Pick<Membership, 'role' | 'status'>): boolean =>
  role === 'owner' && status === 'active';

/** Changes the role of a member. */
export const withRole = (member: Membership, role: Role): Membership => ({ ...member, role, ownershipFrom: null });

/** Changes the status of a member. A disabled one keeps their role and membership, but gets no tokens. */
export const withStatus = (member: Membership, status: Membership['status']): Membership => ({
  ...member,
  status,
  ownershipFrom: null,
});

/**
 * Transfers ownership; the former owner becomes an admin.
 * @throws DomainError `no_heir` for oneself or a disabled member
 */
export const handOver = (owner: Membership, heir: Membership): [Membership, Membership] => {
  if (!isActiveOwner(owner)) throw lastOwner();
  if (heir.status !== 'active' || heir.personId === owner.personId) throw noHeir();
  return [withRole(owner, 'admin'), { ...withRole(heir, 'owner'), ownershipFrom: owner.personId }];
};

/** Whether a member has been inactive for that many days: since their last sign-in or joining, whichever is later. */
export const isDormant = (lastSignInAt: string | null, joinedAt: string, days: number, now: Date): boolean =>
  (lastSignInAt !== null && lastSignInAt > joinedAt ? lastSignInAt : joinedAt) < instantAfter(now, -days * dayMs);

export const alreadyMember = (): DomainError =>
  new DomainError(
    'conflict',
    'already_a_member',
    'This person is already a member of the workspace. A disabled member can be enabled again.',
  );

/** Every workspace keeps an active owner. */
export const lastOwner = (): DomainError =>
  new DomainError(
    'conflict',
    'last_owner',
    'The workspace would have no active owner. Make another member owner first, or delete the workspace.',
  );

export const noHeir = (): DomainError =>
  new DomainError('conflict', 'no_heir', 'Ownership can only be transferred to another active member.');
