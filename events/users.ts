import * as z from 'zod';
import { defineEvent } from '#shared/events/event.ts';
import { PersonId } from '#shared/ids.ts';
import { Role } from '#shared/permissions.ts';
import { Instant } from '#shared/time.ts';
import { WorkspaceSettings } from './workspace-settings.ts';

export { defaultSettings, WorkspaceSettings } from './workspace-settings.ts';

export const UserRegistered = defineEvent(
  'users',
  'user.registered',
  1,
  'A person confirmed their sign-up; their workspace was made with them as its owner.',
  z.object({ role: Role }),
);

export const UserLogin = defineEvent('users', 'user.login', 1, 'A person signed in.', z.object({}));

export const UserLogout = defineEvent('users', 'user.logout', 1, 'A person signed out.', z.object({}));

export const UserPasswordChanged = defineEvent(
  'users',
  'user.password_changed',
  1,
  'A person has a new password. The entity is the person.',
  z.object({}),
);

export const UserEmailChanged = defineEvent(
  'users',
  'user.email_changed',
  1,
  'A person signs in with another address, which they confirmed at both ends. The entity is the person.',
  z.object({}),
);

/** The end of a person, by their own word. The entity is the person, of whom the id is all that stays. */
export const PersonErasureRequested = defineEvent(
  'users',
  'person.erasure_requested',
  1,
  'A person wants to be erased: they cannot sign in any more. The entity is the person.',
  z.object({}),
);

export const PersonErasureCalledOff = defineEvent(
  'users',
  'person.erasure_called_off',
  1,
  'A person is not erased: a workspace would have been left without an owner. The entity is the person.',
  z.object({}),
);

export const PersonErased = defineEvent(
  'users',
  'person.erased',
  1,
  'A person was erased; told in each workspace they were a member of. The entity is the person.',
  z.object({}),
);

export const UserMfaChanged = defineEvent(
  'users',
  'user.mfa_changed',
  1,
  'A person enrolled an authenticator or disabled it. The entity is the person.',
  z.object({ hasMfa: z.boolean() }),
);

const signInId = z.string().nullable();

export const UserSignInsEnded = defineEvent(
  'users',
  'user.sign_ins_ended',
  1,
  'All sign-ins of a person ended, but one where it is named. The entity is the person; it holds in every workspace.',
  z.object({
    reason: z.enum(['everywhere', 'password_changed', 'password_reset']),
    round: z.int().min(1).meta({ description: 'Access tokens of an earlier round (`sign_in_round`) have ended' }),
    kept: signInId.meta({ description: 'The sign-in (`origin_jti`) that goes on, of whatever round its tokens are' }),
  }),
);

export const SessionEnded = defineEvent(
  'users',
  'session.ended',
  1,
  'The sign-in on one device ended before its time. The entity is the session; the actor is its person.',
  z.object({
    reason: z
      .enum(['sign_out', 'everywhere', 'revoked', 'reuse', 'password_changed', 'password_reset', 'too_many'])
      .meta({
        description:
          '`reuse`: a refresh token that was spent came again, so that somebody else has it; `too_many`: newer ones took its place',
      }),
    signInId: signInId.default(null).meta({ description: 'The sign-in, as access tokens name it (`origin_jti`)' }),
  }),
);

export const WorkspaceSettingsChanged = defineEvent(
  'users',
  'workspace.settings_changed',
  1,
  'A workspace decided something for all its members. The entity is the workspace.',
  WorkspaceSettings.extend({
    previous: WorkspaceSettings.optional().meta({ description: 'What it had decided before' }),
  }),
);

export const MailRequested = defineEvent(
  'users',
  'mail.requested',
  1,
  'A mail waits to be sent. The entity is the mail; what it says and to whom stays with the context.',
  z.object({ kind: z.string() }),
);

/** What happens to the members of a workspace names them by id alone; the entity is the person. */
const member = <Data extends z.ZodType>(type: string, summary: string, data: Data) =>
  defineEvent('users', type, 1, `${summary} The entity is the person.`, data);

export const MemberAdded = member('member.added', 'A person came into a workspace.', z.object({ role: Role }));

export const MemberRoleChanged = member(
  'member.role_changed',
  'A member has another role; it shows with their next access token, within 15 minutes.',
  z.object({ role: Role, previousRole: Role }),
);

export const MemberRemoved = member(
  'member.removed',
  'A member left the workspace or was removed; they get no token for it any more.',
  z.object({ role: Role }),
);

export const MemberDisabled = member(
  'member.disabled',
  'A member was shut out; they get no token for the workspace while it is so.',
  z.object({}),
);

export const MemberEnabled = member('member.enabled', 'A member who was shut out may come in again.', z.object({}));

export const OwnershipTransferred = member(
  'ownership.transferred',
  'An owner handed the workspace over; the entity is the new owner.',
  z.object({ from: PersonId }),
);

export const InvitationSent = defineEvent(
  'users',
  'invitation.sent',
  1,
  'Somebody was invited, or invited again. The entity is the invitation; whom it is for stays with the context.',
  z.object({ role: Role, expiresAt: Instant }),
);

export const InvitationRevoked = defineEvent(
  'users',
  'invitation.revoked',
  1,
  'An invitation was made void. The entity is the invitation.',
  z.object({}),
);

/** The same four things happen to a service account as to any key; the entity is the service account. */
const serviceAccount = <Data extends z.ZodType>(what: string, summary: string, data: Data) =>
  defineEvent('users', `service_account.${what}`, 1, `${summary} The entity is the service account.`, data);

/** Who answers for what the machine does. */
const machine = z.object({
  role: Role,
  createdBy: PersonId.meta({ description: 'Who made it' }),
  secretIssuedBy: PersonId.meta({ description: 'Who made or last rotated its secret, and has seen it' }),
});

export const ServiceAccountCreated = serviceAccount('created', 'A machine may act now.', machine);

export const ServiceAccountChanged = serviceAccount(
  'changed',
  'A service account has another role, name or list of addresses; tokens that are out keep the former role.',
  machine,
);

export const ServiceAccountSecretRotated = serviceAccount(
  'secret_rotated',
  'A service account has a new secret, which the actor has seen; the former one ends then, or ended with it.',
  z.object({ formerEndsAt: Instant.nullable() }),
);

export const ServiceAccountRevoked = serviceAccount(
  'revoked',
  'A service account gets no token any more; what is out already ends within the hour.',
  z.object({}),
);

/** What becomes of a workspace as a whole; the entity is the workspace. */
const ofWorkspace = <Data extends z.ZodType>(what: string, summary: string, data: Data) =>
  defineEvent('users', `workspace.${what}`, 1, `${summary} The entity is the workspace.`, data);

export const WorkspaceDeletionScheduled = ofWorkspace(
  'deletion_scheduled',
  'An owner wants the workspace deleted; until it is due that can be called off.',
  z.object({ dueAt: Instant }),
);

export const WorkspaceDeletionCancelled = ofWorkspace(
  'deletion_cancelled',
  'The deletion of the workspace was called off.',
  z.object({}),
);

export const WorkspaceDeleted = ofWorkspace(
  'deleted',
  'The workspace is gone for good: every context erases its share of it.',
  z.object({}),
);

export const SecurityAlert = defineEvent(
  'users',
  'security.alert',
  1,
  'Whoever looks after the workspace should look at something. The entity is the security event.',
  z.object({
    /** Such as `repeated_denials`; kinds may be added. */
    kind: z.string(),
    severity: z.enum(['medium', 'high']),
    personId: PersonId.nullable().meta({ description: 'Whom it is about' }),
    network: z.string().nullable(),
  }),
);

export const AuditExportRequested = defineEvent(
  'users',
  'audit.export_requested',
  1,
  'Somebody wants the audit events of a period in a file. The entity is the export.',
  z.object({ from: Instant, to: Instant, format: z.string() }),
);

export const AuditExportReady = defineEvent(
  'users',
  'audit.export_ready',
  1,
  'The file of an export of audit events is written. The entity is the export.',
  z.object({ events: z.int().min(0) }),
);

export const ComplianceReportRequested = defineEvent(
  'users',
  'compliance.report_requested',
  1,
  'Somebody wants a compliance report of a period. The entity is the report.',
  z.object({ from: Instant, to: Instant }),
);

export const ComplianceReportReady = defineEvent(
  'users',
  'compliance.report_ready',
  1,
  'A compliance report is written. The entity is the report.',
  z.object({
    verdict: z.enum(['intact', 'broken']).meta({ description: 'Whether the chain of audit events is whole' }),
  }),
);

export const PersonExportRequested = defineEvent(
  'users',
  'person.export_requested',
  1,
  'A person wants all that is kept of them in an archive. The entity is the export.',
  z.object({ personId: PersonId }),
);

export const PersonExportReady = defineEvent(
  'users',
  'person.export_ready',
  1,
  'The archive of a person is written; they alone can read it. The entity is the export.',
  z.object({}),
);
