import { entityOf } from '#shared/entities.ts';
import { type ExportSection, isChangedBy } from '#shared/privacy/export-person.ts';
import { AuditLink } from '../domain/audit-chain.ts';
import { AuditExport } from '../domain/audit-export.ts';
import { FailedSignIns } from '../domain/failed-sign-in.ts';
import { Invitation } from '../domain/invitation.ts';
import { KnownAccount } from '../domain/known-account.ts';
import { SecurityEvent } from '../domain/security-event.ts';
import { Membership } from '../domain/workspace.ts';

const partition = (workspaceId: string): string => workspaceId;

/** Data of a workspace's current and past members in this context, without other people's addresses. */
export const exportSections: readonly ExportSection[] = [
  {
    kind: 'membership',
    partition,
    prefix: 'MEMBER#',
    shareOf: (item, person) => {
      const { personId, role, status, cameBy, createdAt, updatedAt } = entityOf(Membership, item);
      return personId === person ? { role, status, cameBy, createdAt, updatedAt } : undefined;
    },
  },
  {
    kind: 'invitation',
    partition,
    prefix: 'INVITATION#',
    shareOf: (item, personId) => {
      const { id, email, role, status, invitedBy, acceptedBy, createdAt } = entityOf(Invitation, item);
      if (acceptedBy === personId) return { invitationId: id, email, role, status, createdAt };
      return invitedBy === personId ? { invitationId: id, invitedBy, role, status, createdAt } : undefined;
    },
  },
  {
    kind: 'connected_account',
    partition,
    prefix: 'ACCOUNT#',
    shareOf: (item, personId) => {
      const { accountId, username, connectedBy, connectedAt } = entityOf(KnownAccount, item);
      return connectedBy === personId ? { accountId, username, connectedAt } : undefined;
    },
  },
  {
    kind: 'audit_export',
    partition,
    prefix: 'AUDIT_EXPORT#',
    shareOf: (item, personId) => {
      const wanted = entityOf(AuditExport, item);
      const { id, from, to, createdAt, requestedBy } = wanted;
      return requestedBy === personId || isChangedBy(wanted, personId)
        ? { exportId: id, from, to, createdAt }
        : undefined;
    },
  },
  {
    kind: 'security_event',
    partition: (workspaceId) => `${workspaceId}#SECURITY`,
    prefix: 'sec_',
    shareOf: (item, person) => {
      const { id, kind: what, severity, personId, at, network } = entityOf(SecurityEvent, item);
      return personId === person ? { securityEventId: id, what, severity, at, network } : undefined;
    },
  },
  {
    kind: 'network_seen',
    partition: (workspaceId) => `${workspaceId}#SECURITY`,
    prefix: 'SEEN#',
    shareOf: ({ sk }, personId) => {
      const [, actor, network] = String(sk).split('#');
      return actor === personId ? { network } : undefined;
    },
  },
  {
    kind: 'failed_sign_ins',
    partition: (workspaceId) => `${workspaceId}#SECURITY`,
    prefix: 'FAILED#',
    shareOf: (item, person) => {
      const { personId, hour, kind: what, network, attempts, isLocked } = entityOf(FailedSignIns, item);
      return personId === person ? { hour, what, network, attempts, isLocked } : undefined;
    },
  },
  {
    kind: 'audit_event',
    partition: (workspaceId) => `${workspaceId}#AUDIT`,
    prefix: 'EVENT#',
    shareOf: (item, personId) => {
      const { id, eventType, entityId, actor, occurredAt, network, outcome, data } = entityOf(AuditLink, item);
      const isTheirs = actor.id === personId || entityId === personId;
      return isTheirs
        ? { eventId: id, eventType, entityId, occurredAt, outcome, ...(actor.id === personId && { network, data }) }
        : undefined;
    },
  },
];
