import * as z from 'zod';
import { defineEvent } from '#shared/events/event.ts';
import { PersonId, ReportId } from '#shared/ids.ts';
import { Role } from '#shared/permissions.ts';
import { Instant } from '#shared/time.ts';
import { WorkspaceSettings } from './workspace-settings.ts';

export { defaultSettings, WorkspaceSettings } from './workspace-settings.ts';

export const UserRegistered = defineEvent(
  'users',
  'user.registered',
  1,
  'A person confirmed their sign-up or joined by invitation. The entity is the person.',
  () => z.object({ role: Role }),
);

export const UserLogin = defineEvent('users', 'user.login', 1, 'A person signed in. The entity is the person.', () =>
  z.object({
    network: z
      .string()
      .nullable()
      .default(null)
      .meta({ description: 'Network of the person in CIDR notation, never the full IP address; null: unknown' }),
  }),
);

export const UserLogout = defineEvent('users', 'user.logout', 1, 'A person signed out. The entity is the person.', () =>
  z.object({}),
);

export const UserPasswordChanged = defineEvent(
  'users',
  'user.password_changed',
  1,
  'A person changed or reset their password. The entity is the person.',
  () => z.object({}),
);

export const UserEmailChanged = defineEvent(
  'users',
  'user.email_changed',
  1,
  'A person changed their email address, confirmed by codes sent to the old and the new one. The entity is the person.',
  () => z.object({}),
);

/** Erasure of a person, requested by themselves. Only the person's id remains. */
export const PersonErasureRequested = defineEvent(
  'users',
  'person.erasure_requested',
  1,
  'A person requested their erasure and can no longer sign in. The entity is the person.',
  () => z.object({}),
);

export const PersonErasureCalledOff = defineEvent(
  'users',
  'person.erasure_called_off',
  1,
  'An erasure was cancelled because a workspace would be left without an owner. The entity is the person.',
  () => z.object({}),
);

export const PersonErased = defineEvent(
  'users',
  'person.erased',
  1,
  'A person was erased; published for each workspace they were a member of. The entity is the person.',
  () => z.object({}),
);

export const UserMfaChanged = defineEvent(
  'users',
  'user.mfa_changed',
  1,
  'The authenticator of a person was added or removed. The entity is the person.',
  () => z.object({ hasMfa: z.boolean().meta({ description: 'Whether the person now has an authenticator' }) }),
);

const signInId = z.string().nullable();

export const UserSignInsEnded = defineEvent(
  'users',
  'user.sign_ins_ended',
  1,
  'All sign-ins of a person ended, except the one in `kept`, in every workspace. The entity is the person.',
  () =>
    z.object({
      reason: z
        .enum(['everywhere', 'password_changed', 'password_reset'])
        .meta({ description: '`everywhere`: the person signed out everywhere' }),
      round: z
        .int()
        .min(1)
        .meta({ description: 'Access tokens of an earlier round (claim `sign_in_round`) are no longer valid' }),
      kept: signInId.meta({
        description:
          'The sign-in (claim `origin_jti`) that stays valid, whatever the round of its tokens; null: none does',
      }),
    }),
);

export const SessionEnded = defineEvent(
  'users',
  'session.ended',
  1,
  "A person's session on one device ended before it expired. The entity is the session; the actor is the person.",
  () =>
    z.object({
      reason: z
        .enum(['sign_out', 'everywhere', 'revoked', 'reuse', 'password_changed', 'password_reset', 'too_many'])
        .meta({
          description:
            '`everywhere`: the person signed out everywhere; `reuse`: a spent refresh token was used again, ' +
            'so someone else may have it; `too_many`: newer sessions replaced it',
        }),
      signInId: signInId
        .default(null)
        .meta({ description: 'The sign-in, as in the claim `origin_jti` of access tokens; null: not recorded' }),
    }),
);

export const WorkspaceSettingsChanged = defineEvent(
  'users',
  'workspace.settings_changed',
  1,
  'The settings of a workspace changed. The entity is the workspace.',
  () =>
    WorkspaceSettings.extend({
      previous: WorkspaceSettings.optional().meta({ description: 'The settings before the change' }),
    }),
);

export const MailRequested = defineEvent(
  'users',
  'mail.requested',
  1,
  'An email is waiting to be sent. The entity is the mail; content and recipient are not in the event.',
  () =>
    z.object({
      kind: z.string().meta({ description: 'Kind of the email, such as `invitation`; kinds may be added' }),
    }),
);

export const ReportLinkMailed = defineEvent(
  'users',
  'report.link_mailed',
  1,
  'A secret link to a report is emailed to a recipient. The entity is the mail; the link is not in the event.',
  () =>
    z.object({
      reportId: ReportId,
      personId: PersonId.meta({ description: 'Recipient' }),
      tokenHash: z.string().max(64).meta({ description: 'SHA-256 (hex) of the token of the link' }),
      expiresAt: Instant.meta({ description: 'When the link stops working (UTC)' }),
    }),
);

/** Events of workspace members, identified by id only. */
const member = <Data extends z.ZodType>(type: string, summary: string, data: () => Data) =>
  defineEvent('users', type, 1, `${summary} The entity is the person.`, data);

export const MemberAdded = member('member.added', 'A person joined a workspace.', () => z.object({ role: Role }));

export const MemberRoleChanged = member(
  'member.role_changed',
  'The role of a member changed; their access tokens carry it within 15 minutes.',
  () => z.object({ role: Role, previousRole: Role }),
);

export const MemberRemoved = member(
  'member.removed',
  'A member left or was removed and gets no more access tokens for the workspace.',
  () => z.object({ role: Role }),
);

export const MemberDisabled = member(
  'member.disabled',
  'A member was disabled and gets no access tokens for the workspace until enabled again.',
  () => z.object({}),
);

export const MemberEnabled = member('member.enabled', 'A disabled member was enabled again.', () => z.object({}));

export const OwnershipTransferred = defineEvent(
  'users',
  'ownership.transferred',
  1,
  'An owner transferred the workspace to another member. The entity is the new owner.',
  () => z.object({ from: PersonId.meta({ description: 'The former owner' }) }),
);

export const InvitationSent = defineEvent(
  'users',
  'invitation.sent',
  1,
  'An invitation was sent or sent again. The entity is the invitation; the recipient is not in the event.',
  () => z.object({ role: Role, expiresAt: Instant.meta({ description: 'When the link stops working (UTC)' }) }),
);

export const InvitationRevoked = defineEvent(
  'users',
  'invitation.revoked',
  1,
  'An invitation was revoked. The entity is the invitation.',
  () => z.object({}),
);

/** Events of service accounts. */
const serviceAccount = <Data extends z.ZodType>(what: string, summary: string, data: () => Data) =>
  defineEvent('users', `service_account.${what}`, 1, `${summary} The entity is the service account.`, data);

/** Who is responsible for a service account. */
const machine = z.object({
  role: Role,
  createdBy: PersonId.meta({ description: 'Person who created it' }),
  secretIssuedBy: PersonId.meta({ description: 'Person who created or last rotated its secret and has seen it' }),
});

export const ServiceAccountCreated = serviceAccount('created', 'A service account was created.', () => machine);

export const ServiceAccountChanged = serviceAccount(
  'changed',
  'The role, name or allowed addresses of a service account changed.',
  () => machine,
);

export const ServiceAccountSecretRotated = serviceAccount(
  'secret_rotated',
  'The secret of a service account was rotated; the actor has seen the new one.',
  () =>
    z.object({
      formerEndsAt: Instant.nullable().meta({
        description: 'When the former secret expires (UTC); null: it expired immediately',
      }),
    }),
);

export const ServiceAccountRevoked = serviceAccount(
  'revoked',
  'A service account was revoked; tokens already issued can make no more changes, and expire within the hour.',
  () => z.object({}),
);

/** Events of a workspace as a whole. */
const ofWorkspace = <Data extends z.ZodType>(what: string, summary: string, data: () => Data) =>
  defineEvent('users', `workspace.${what}`, 1, `${summary} The entity is the workspace.`, data);

export const WorkspaceDeletionScheduled = ofWorkspace(
  'deletion_scheduled',
  'An owner scheduled the deletion of the workspace; it can be cancelled until `dueAt`.',
  () => z.object({ dueAt: Instant }),
);

export const WorkspaceDeletionCancelled = ofWorkspace(
  'deletion_cancelled',
  'The scheduled deletion of the workspace was cancelled.',
  () => z.object({}),
);

export const WorkspaceDeleted = ofWorkspace(
  'deleted',
  'The workspace was permanently deleted; its data is being erased, except the audit trail with its exports and reports, ' +
    'the settings, ids of former members and revoked service accounts.',
  () => z.object({}),
);

export const SecurityAlert = defineEvent(
  'users',
  'security.alert',
  1,
  'Security-relevant activity was detected in the workspace. The entity is the security event.',
  () =>
    z.object({
      kind: z.string().meta({ description: 'Kind of activity, such as `repeated_denials`; kinds may be added' }),
      severity: z.enum(['medium', 'high']).meta({ description: 'How serious it is' }),
      personId: PersonId.nullable().meta({ description: 'Person or service account concerned; null: none' }),
      network: z.string().nullable().meta({ description: 'Network it came from, in CIDR notation; null: unknown' }),
    }),
);

/** The period that an export or a report covers. */
const periodOf = () => ({
  from: Instant.meta({ description: 'Start of the period, inclusive (UTC)' }),
  to: Instant.meta({ description: 'End of the period, exclusive (UTC)' }),
});

export const AuditExportRequested = defineEvent(
  'users',
  'audit.export_requested',
  1,
  'An export of the audit events of a period was requested. The entity is the export.',
  () =>
    z.object({
      ...periodOf(),
      format: z.string().meta({ description: 'Format of the file, such as `csv`' }),
    }),
);

export const AuditExportReady = defineEvent(
  'users',
  'audit.export_ready',
  1,
  'An export of audit events is ready. The entity is the export.',
  () =>
    z.object({
      events: z.int().min(0).meta({ description: 'Number of audit events in the file' }),
      requestedBy: PersonId.nullable()
        .default(null)
        .meta({ description: 'Person who requested it; null: a service account did' }),
    }),
);

export const ComplianceReportRequested = defineEvent(
  'users',
  'compliance.report_requested',
  1,
  'A compliance report of a period was requested. The entity is the report.',
  () => z.object(periodOf()),
);

export const ComplianceReportReady = defineEvent(
  'users',
  'compliance.report_ready',
  1,
  'A compliance report is ready. The entity is the report.',
  () =>
    z.object({
      verdict: z.enum(['intact', 'broken']).meta({ description: 'Whether the chain of audit events is intact' }),
    }),
);

export const PersonExportRequested = defineEvent(
  'users',
  'person.export_requested',
  1,
  'A person requested an archive of the data about them. The entity is the export.',
  () => z.object({ personId: PersonId }),
);

export const PersonExportReady = defineEvent(
  'users',
  'person.export_ready',
  1,
  'The archive of the data about a person is ready; only they can read it. The entity is the export.',
  () =>
    z.object({
      personId: PersonId.nullable()
        .default(null)
        .meta({ description: 'Person who requested it; null: the event predates this field' }),
    }),
);
