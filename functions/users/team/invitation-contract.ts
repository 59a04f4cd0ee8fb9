import * as z from 'zod';
import { InvitationId, WorkspaceId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Role } from '#shared/permissions.ts';
import { DisplayName } from '../domain/display-name.ts';
import { Invitation } from '../domain/invitation.ts';
import { MailStatus, SuppressedFor } from '../domain/mail.ts';
import { Password } from '../domain/password.ts';
import { MailAddress } from '../domain/person.ts';
import { operation } from './member-contract.ts';

const onInvitation = z.strictObject({ invitationId: InvitationId });
/** Whatever it is: only one that was mailed opens anything, and all others are refused in the same words. */
const Token = z.string().min(1).max(200);

const InvitationView = Invitation.omit({ tokenHash: true, ttl: true, correlationId: true, changedBy: true })
  .extend({ isExpired: z.boolean() })
  .meta({ id: 'Invitation' });

/** An invitation as it was just mailed, or was not. */
const MailedInvitation = InvitationView.extend({
  mail: z.object({ status: MailStatus, suppressedFor: SuppressedFor.nullable() }).meta({
    description: '`suppressed`: no mail was sent, since the address had enough mails for now; try again later',
  }),
}).meta({ id: 'MailedInvitation' });

export const createInvitation = operation({
  id: 'createInvitation',
  method: 'POST',
  path: '/v1/invitations',
  summary: 'Invite an address into the workspace, in a role of at most your own',
  description: 'A link is mailed that can be used once, within 7 days.',
  access: 'members:manage',
  request: { body: z.strictObject({ email: MailAddress, role: Role }) },
  response: MailedInvitation,
  errors: {
    forbidden: ['role_above_own'],
    conflict: ['already_a_member', 'already_invited', 'too_many', 'changed_meanwhile'],
  },
  etag: true,
  limit: 'invitations',
  location: '/v1/invitations/{id}',
});

export const listInvitations = operation({
  id: 'listInvitations',
  method: 'GET',
  path: '/v1/invitations',
  summary: 'The invitations of the last 90 days, the oldest first',
  access: 'members:manage',
  request: { query: pageQuery({ status: Invitation.shape.status.optional() }) },
  response: pageOf(InvitationView),
});

export const getInvitation = operation({
  id: 'getInvitation',
  method: 'GET',
  path: '/v1/invitations/{invitationId}',
  summary: 'Read an invitation',
  access: 'members:manage',
  request: { path: onInvitation },
  response: InvitationView,
  errors: { 'not-found': ['invitation_not_found'] },
  etag: true,
});

export const resendInvitation = operation({
  id: 'resendInvitation',
  method: 'POST',
  path: '/v1/invitations/{invitationId}/resend',
  summary: 'Mail an invitation again, with a new link for another 7 days; the former link is void',
  description: 'Where no further mail can be sent to the address now, the former link stays good.',
  access: 'members:manage',
  request: { path: onInvitation },
  response: MailedInvitation,
  status: 200,
  errors: {
    forbidden: ['role_above_own'],
    'not-found': ['invitation_not_found'],
    conflict: ['invitation_closed', 'changed_meanwhile'],
  },
  limit: 'invitations',
});

export const revokeInvitation = operation({
  id: 'revokeInvitation',
  method: 'DELETE',
  path: '/v1/invitations/{invitationId}',
  summary: 'Make an invitation void',
  access: 'members:manage',
  request: { path: onInvitation },
  errors: {
    forbidden: ['role_above_own'],
    'not-found': ['invitation_not_found'],
    conflict: ['invitation_closed', 'changed_meanwhile'],
  },
});

export const Joined = z.object({
  workspaceId: WorkspaceId,
  role: Role,
  nextStep: z.enum(['switch_workspace', 'sign_in']),
});

export const acceptInvitation = operation({
  id: 'acceptInvitation',
  method: 'POST',
  path: '/v1/invitations/accept',
  summary: 'Join the workspace that an invitation is for, as whom you are signed in',
  description:
    'The invitation must be for your own address. A wrong, used, revoked or expired one is refused in the same words.',
  access: 'signed-in',
  request: { body: z.strictObject({ token: Token }) },
  response: Joined,
  status: 200,
  errors: { invalid: ['invalid_invitation'], conflict: ['already_a_member', 'changed_meanwhile'] },
  limit: 'codes',
});

export const registerByInvitation = operation({
  id: 'registerByInvitation',
  method: 'POST',
  path: '/v1/invitations/register',
  summary: 'Join by an invitation without being signed in; an account is made for its address',
  description:
    'The mailed link has proved the address: no code is asked for. Where the address has an account already, the ' +
    'password must be that account’s own, and name and password stay as they are; otherwise the answer is that of an ' +
    'invitation that does not hold.',
  access: 'public',
  request: { body: z.strictObject({ token: Token, name: DisplayName, password: Password }) },
  response: Joined,
  status: 200,
  errors: {
    invalid: ['invalid_invitation', 'weak_password', 'common_password', 'personal_password'],
    conflict: ['already_a_member', 'changed_meanwhile'],
    'rate-limited': ['too_many_tries'],
  },
  // Passwords are never stored, not even to give a reply again.
  idempotency: 'inherent',
  limit: 'credentials',
});

export const operations = [
  createInvitation,
  listInvitations,
  getInvitation,
  resendInvitation,
  revokeInvitation,
  acceptInvitation,
  registerByInvitation,
] as const;
