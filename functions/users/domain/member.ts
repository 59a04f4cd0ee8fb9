import { Role } from '#shared/permissions.ts';
import { dayMs, instantAfter } from '#shared/time.ts';
import { bounded, lastOwner, noHeir, roleAboveOwn } from './team-errors.ts';
import type { Membership } from './workspace.ts';

/** Maximum number of members and open invitations together in a workspace, and of workspaces per person. */
export const membersBound = bounded(1_000, 'members and open invitations per workspace');
export const workspacesBound = bounded(50, 'workspaces per person');

/** Whether a person with role `by` may give `role`, or act on a member who has it: never above their own role. */
export const reaches = (by: Role, role: Role): boolean => Role.options.indexOf(by) <= Role.options.indexOf(role);

/** @throws DomainError `role_above_own` unless a member of the role `by` may do something to all of these roles. */
export const assertReach = (by: Role, ...roles: readonly Role[]): void => {
  if (!roles.every((role) => reaches(by, role))) throw roleAboveOwn();
};

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
