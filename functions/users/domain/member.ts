import { DomainError } from '#shared/errors.ts';
import type { Role } from '#shared/permissions.ts';
import { dayMs, instantAfter } from '#shared/time.ts';
import { bounded } from './bounds.ts';
import type { Membership } from './workspace.ts';

/** Maximum number of members and open invitations together in a workspace. */
export const membersBound = bounded(1_000, 'members and open invitations per workspace');

export const isActiveOwner = ({ role, status }: Pick<Membership, 'role' | 'status'>): boolean =>
  role === 'owner' && status === 'active';

/** The member with another role. */
export const withRole = (member: Membership, role: Role): Membership => ({ ...member, role, ownershipFrom: null });

/** The member with another status. A disabled one gets no token any more, and keeps role and place. */
export const withStatus = (member: Membership, status: Membership['status']): Membership => ({
  ...member,
  status,
  ownershipFrom: null,
});

/**
 * Owner and heir after the ownership was handed over: the former owner stays as an admin.
 * @throws DomainError `no_heir` for oneself, or a member who is disabled
 */
export const handOver = (owner: Membership, heir: Membership): [Membership, Membership] => {
  if (!isActiveOwner(owner)) throw lastOwner();
  if (heir.status !== 'active' || heir.personId === owner.personId) throw noHeir();
  return [withRole(owner, 'admin'), { ...withRole(heir, 'owner'), ownershipFrom: owner.personId }];
};

/**
 * Whether a member has not been seen for that many days: since their last sign-in, or since they joined if there was
 * none.
 */
export const isDormant = (lastSignInAt: string | null, joinedAt: string, days: number, now: Date): boolean =>
  (lastSignInAt !== null && lastSignInAt > joinedAt ? lastSignInAt : joinedAt) < instantAfter(now, -days * dayMs);

export const alreadyMember = (): DomainError =>
  new DomainError(
    'conflict',
    'already_a_member',
    'This person is already a member of the workspace. A disabled member can be enabled again.',
  );

/** There is always an owner. */
export const lastOwner = (): DomainError =>
  new DomainError(
    'conflict',
    'last_owner',
    'The workspace would have no active owner. Make another member owner first, or delete the workspace.',
  );

export const noHeir = (): DomainError =>
  new DomainError('conflict', 'no_heir', 'Ownership can only be transferred to another active member.');
