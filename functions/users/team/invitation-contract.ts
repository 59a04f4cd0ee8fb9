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
/** Not validated further: invalid tokens of any form get the same error. */
const Token = z.string().min(1).max(200).meta({ description: 'Token from the latest email of the invitation' });

const InvitationView = Invitation.omit({
  tokenHash: true,
  ttl: true,
  correlationId: true,
  chain: true,
  changedBy: true,
})
  .extend({ isExpired: z.boolean().meta({ description: 'Whether it is still pending after `expiresAt`' }) })
  .meta({ id: 'Invitation' });

/** An invitation with the delivery of its latest email. */
const MailedInvitation = InvitationView.extend({
  mail: z
    .object({
      status: MailStatus,
      suppressedFor: SuppressedFor.nullable().meta({
        description: 'Why the email was suppressed; null: not suppressed',
      }),
    })
    .meta({
      description:
        'Delivery of the email. `suppressed`: it is not sent, because the address has reached its email limit; resend ' +
        'it later',
    }),
}).meta({ id: 'MailedInvitation' });

export const createInvitation = operation({
  id: 'createInvitation',
  method: 'POST',
  path: '/v1/invitations',
  summary: 'Invite someone to the workspace by email',
  description:
    'Sends a link that can be used once, within 7 days. If the address has reached its email limit, the invitation ' +
    'is created but no email is sent, and `mail` is `suppressed`.',
  access: 'members:manage',
  request: {
    body: z.strictObject({ email: MailAddress, role: Role.meta({ description: 'Role to give, not above your own' }) }),
  },
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
  summary: 'List invitations, oldest first',
  description: 'Invitations are kept for 90 days after their last email.',
  access: 'members:manage',
  request: { query: pageQuery({ status: Invitation.shape.status.optional() }) },
  response: pageOf(InvitationView),
});

export const getInvitation = operation({
  id: 'getInvitation',
  method: 'GET',
  path: '/v1/invitations/{invitationId}',
  summary: 'Get an invitation',
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
  summary: 'Resend an invitation with a new link',
  description:
    'The new link is valid for 7 days and replaces the previous one. If the address has reached its email limit, no ' +
    'email is sent and the previous link stays valid.',
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
  summary: 'Revoke an invitation',
  description: 'Its link stops working.',
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
  role: Role.meta({ description: 'Role in the workspace' }),
  nextStep: z.enum(['switch_workspace', 'sign_in']).meta({
    description: '`switch_workspace`: switch to the workspace to work in it; `sign_in`: sign in to work in it',
  }),
});

export const acceptInvitation = operation({
  id: 'acceptInvitation',
  method: 'POST',
  path: '/v1/invitations/accept',
  summary: 'Accept an invitation as the signed-in person',
  description:
    'The invitation must be for your own address. Wrong, used, revoked and expired tokens return the same error.',
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
  summary: 'Accept an invitation without being signed in',
  description:
    'Creates an account for the invited address; the link proves the address, so no code is needed. If the address ' +
    'already has an account, `password` must be its password, and its name stays as it is; a wrong password returns ' +
    '`invalid_invitation`.',
  access: 'public',
  request: { body: z.strictObject({ token: Token, name: DisplayName, password: Password }) },
  response: Joined,
  status: 200,
  errors: {
    invalid: ['invalid_invitation', 'weak_password', 'common_password', 'personal_password'],
    conflict: ['already_a_member', 'changed_meanwhile'],
    'rate-limited': ['too_many_tries'],
  },
  // The request contains a password, so it is not stored for idempotent replays.
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
