import * as events from '#events/users.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Change } from '#shared/lambda/stream.ts';
import { Invitation } from '../domain/invitation.ts';
import { readServiceAccount, secretIssuerOf, type ServiceAccount } from '../domain/service-account.ts';
import { Membership, type Workspace } from '../domain/workspace.ts';

/** Events for a write of a membership, an invitation or a service account: ids and roles, no addresses. */
export const teamEvents = ({ before, after }: Change): DomainEvent[] => {
  switch (after?.type) {
    case 'membership':
      return memberEvents(before && entityOf(Membership, before), entityOf(Membership, after));
    case 'invitation':
      return invitationEvents(before && entityOf(Invitation, before), entityOf(Invitation, after));
    case 'service_account':
      return serviceAccountEvents(before && readServiceAccount(before), readServiceAccount(after));
    default:
      return [];
  }
};

const memberEvents = (before: Membership | undefined, member: Membership): DomainEvent[] => {
  const { personId, role, status, cameBy, ownershipFrom } = member;
  const wasIn = before !== undefined && before.status !== 'removed';
  if (!wasIn) {
    // A sign-up publishes only one event: user.registered says that its person owns the workspace.
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

const serviceAccountEvents = (before: ServiceAccount | undefined, account: ServiceAccount): DomainEvent[] => {
  const { id, role, status, secrets, version, createdBy } = account;
  const answersFor = { role, createdBy, secretIssuedBy: secretIssuerOf(account) };
  if (!before) return [tell(events.ServiceAccountCreated, account, id, answersFor)];
  // The time of last use is written without a new version and is not published.
  if (version === before.version) return [];
  if (status === 'revoked') return [tell(events.ServiceAccountRevoked, account, id, {})];
  if (secrets[0]?.hash !== before.secrets[0]?.hash) {
    return [tell(events.ServiceAccountSecretRotated, account, id, { formerEndsAt: secrets[1]?.expiresAt ?? null })];
  }
  return [tell(events.ServiceAccountChanged, account, id, answersFor)];
};

/** Events for the end of a workspace. */
export const deletionEvents = (before: Workspace, workspace: Workspace): DomainEvent[] => {
  const { workspaceId, deletionDueAt: dueAt, deletedAt } = workspace;
  if (deletedAt !== before.deletedAt) return [tell(events.WorkspaceDeleted, workspace, workspaceId, {})];
  if (deletedAt !== null || dueAt === before.deletionDueAt) return [];
  return dueAt === null
    ? [tell(events.WorkspaceDeletionCancelled, workspace, workspaceId, {})]
    : [tell(events.WorkspaceDeletionScheduled, workspace, workspaceId, { dueAt })];
};
