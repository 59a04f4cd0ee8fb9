import * as accounts from '#events/accounts.ts';
import * as posts from '#events/posts.ts';
import * as users from '#events/users.ts';
import type { EventDefinition } from '#shared/events/event.ts';
import type { AuditEvent } from '../domain/audit-event.ts';
import type { Section } from '../domain/compliance-section.ts';

/** A type of event in a section; `accepts` filters its events. */
interface Topic {
  section: Section;
  eventType: string;
  accepts?: (event: AuditEvent) => boolean;
}

const all = (section: Section, ...definitions: readonly EventDefinition[]): Topic[] =>
  definitions.map(({ type: eventType }) => ({ section, eventType }));

const some = (section: Section, { type: eventType }: EventDefinition, accepts: Topic['accepts']): Topic => ({
  section,
  eventType,
  ...(accepts && { accepts }),
});

/** Whether a policy rule holds the post. */
const isOfPolicy = ({ data }: AuditEvent): boolean => posts.isPolicyCode(String(data['code']));

/** Health of an account that X suspended or locked, and of one whose owner revoked the consent at X. */
const verdictsOfX: readonly unknown[] = ['suspended', 'locked'] satisfies accounts.AccountHealth[];
const withdrawn: readonly unknown[] = ['reconnect_needed'] satisfies accounts.AccountHealth[];

/** What a report gathers from the audit trail, in this order. */
export const topics: readonly Topic[] = [
  ...all(
    'privilegedChanges',
    users.MemberAdded,
    users.MemberRoleChanged,
    users.MemberRemoved,
    users.MemberDisabled,
    users.MemberEnabled,
    users.OwnershipTransferred,
    users.InvitationSent,
    users.InvitationRevoked,
    users.ServiceAccountCreated,
    users.ServiceAccountChanged,
    users.ServiceAccountSecretRotated,
    users.ServiceAccountRevoked,
    users.WorkspaceSettingsChanged,
    users.UserMfaChanged,
  ),
  ...all('approvals', posts.PostSubmitted, posts.PostApproved, posts.PostChangesRequested),
  some('overrides', posts.PostApproved, ({ data }) => data['isOverride'] === true),
  ...all('overrides', posts.PostPolicyOverridden),
  some('policyFindings', posts.PostHeld, isOfPolicy),
  some('policyFindings', accounts.AccountHealthChanged, ({ data }) => verdictsOfX.includes(data['health'])),
  ...all('consents', accounts.AccountConnected, accounts.AccountDisconnected),
  some('consents', accounts.AccountHealthChanged, ({ data }) => withdrawn.includes(data['health'])),
  ...all('exports', users.AuditExportRequested, users.AuditExportReady, users.ComplianceReportRequested),
  ...all(
    'erasures',
    users.WorkspaceDeletionScheduled,
    users.WorkspaceDeletionCancelled,
    users.WorkspaceDeleted,
    posts.PostDeleted,
    posts.PostUnpublished,
  ),
];
