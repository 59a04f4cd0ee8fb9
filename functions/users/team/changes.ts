import * as events from '#events/users.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { Invitation } from '../domain/invitation.ts';
import { Membership } from '../domain/workspace.ts';

/** Events of a write to a membership or an invitation, with ids and roles but no addresses. */
export const teamEvents = (before: Item | undefined, after: Item): DomainEvent[] => {
  switch (after.type) {
    case 'membership':
      return memberEvents(before && entityOf(Membership, before), entityOf(Membership, after));
    case 'invitation':
      return invitationEvents(before && entityOf(Invitation, before), entityOf(Invitation, after));
    default:
      return [];
  }
};

const memberEvents = (before: Membership | undefined, member: Membership): DomainEvent[] => {
  const { personId, role, status, cameBy, ownershipFrom } = member;
  const wasIn = before !== undefined && before.status !== 'removed';
  if (!wasIn) {
    // A sign-up publishes only user.registered, which implies that the person owns the workspace.
    return status === 'removed' || cameBy === 'sign_up' ? [] : [tell(events.MemberAdded, member, personId, { role })];
  }
  if (status === 'removed') return [tell(events.MemberRemoved, member, personId, { role: before.role })];
  return [
    ...(role === before.role
      ? []
      : [tell(events.MemberRoleChanged, member, personId, { role, previousRole: before.role })]),
    ...(ownershipFrom === null || ownershipFrom === before.ownershipFrom
      ? []
      : [tell(events.OwnershipTransferred, member, personId, { from: ownershipFrom })]),
    ...(status === before.status
      ? []
      : [tell(status === 'disabled' ? events.MemberDisabled : events.MemberEnabled, member, personId, {})]),
  ];
};

const invitationEvents = (before: Invitation | undefined, invitation: Invitation): DomainEvent[] => {
  const { id, role, expiresAt, status, tokenHash } = invitation;
  if (status === 'revoked' && before?.status !== 'revoked') {
    return [tell(events.InvitationRevoked, invitation, id, {})];
  }
  // Acceptance is published as a new member.
  const isSent = status === 'pending' && tokenHash !== before?.tokenHash;
  return isSent ? [tell(events.InvitationSent, invitation, id, { role, expiresAt })] : [];
};
