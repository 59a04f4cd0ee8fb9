import type { Bound } from '#shared/bound.ts';
import { DomainError } from '#shared/errors.ts';

/** The one answer to a token that is wrong, used, revoked or expired, or that is another address's. */
export const invalidInvitation = (): DomainError =>
  new DomainError(
    'invalid',
    'invalid_invitation',
    'The invitation is not valid: it was used or revoked, has expired, or is for someone else. Ask for a new one.',
    {
      fields: [{ path: 'body.token', code: 'invalid_invitation', message: 'must be the token from the latest email' }],
    },
  );

/** There is always an owner. */
export const lastOwner = (): DomainError =>
  new DomainError(
    'conflict',
    'last_owner',
    'The workspace would have no active owner. Make another member owner first, or delete the workspace.',
  );

export const roleAboveOwn = (): DomainError =>
  new DomainError(
    'forbidden',
    'role_above_own',
    'This role is above yours. Ask a member with that role or a higher one.',
  );

export const alreadyMember = (): DomainError =>
  new DomainError(
    'conflict',
    'already_a_member',
    'This person is already a member of the workspace. A disabled member can be enabled again.',
  );

export const alreadyInvited = (): DomainError =>
  new DomainError('conflict', 'already_invited', 'This address already has an open invitation. Resend it instead.');

/** An invitation that was accepted or revoked: it allows no further action. */
export const invitationClosed = (): DomainError =>
  new DomainError(
    'conflict',
    'invitation_closed',
    'The invitation was already accepted or revoked. Create a new one to invite the person again.',
  );

export const bounded = (most: number, what: string): Bound => ({
  ...{ most, code: 'too_many', said: `At most ${most} ${what} are allowed.` },
});

export const tooMany = ({ code, said }: Bound): DomainError => new DomainError('conflict', code, said);

export const wrongName = (): DomainError =>
  new DomainError(
    'invalid',
    'wrong_name',
    'The name does not match the workspace. Enter its exact name to delete it.',
    {
      fields: [{ path: 'body.name', code: 'wrong_name', message: 'must be the name of the workspace' }],
    },
  );

export const deletionPending = (): DomainError =>
  new DomainError('conflict', 'deletion_scheduled', 'The deletion of the workspace is already scheduled.');

export const nothingToRestore = (): DomainError =>
  new DomainError(
    'conflict',
    'not_being_deleted',
    'No deletion of the workspace is scheduled, or it has already begun.',
  );

/** RFC 6749, section 5.2: the same for an unknown account, a wrong or spent secret, and one that was revoked. */
export const invalidClient = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'invalid_client',
    'The client id or secret is wrong, or the service account was revoked.',
    {
      headers: { 'www-authenticate': 'Basic realm="token"' },
    },
  );

/** Told after the right secret alone. */
export const addressNotAllowed = (): DomainError =>
  new DomainError(
    'forbidden',
    'address_not_allowed',
    'The service account cannot be used from this IP address. Ask an owner or admin to add it to `allowedAddresses`.',
  );

export const serviceAccountRevoked = (): DomainError =>
  new DomainError('conflict', 'service_account_revoked', 'The service account was revoked. Create a new one.');

export const noHeir = (): DomainError =>
  new DomainError('conflict', 'no_heir', 'Ownership can only be transferred to another active member.');
