import type { Bound } from '#shared/bound.ts';
import { DomainError } from '#shared/errors.ts';

/** The one answer to a token that is wrong, used, revoked or expired, or that is another address's. */
export const invalidInvitation = (): DomainError =>
  new DomainError(
    'invalid',
    'invalid_invitation',
    'The invitation does not hold: it was used, revoked or has expired, or it is for somebody else. Ask for a new one.',
    { fields: [{ path: 'body.token', code: 'invalid_invitation', message: 'must be the token of the latest mail' }] },
  );

/** There is always an owner. */
export const lastOwner = (): DomainError =>
  new DomainError(
    'conflict',
    'last_owner',
    'A workspace always has an active owner. Make another member owner first, or delete the workspace.',
  );

export const roleAboveOwn = (): DomainError =>
  new DomainError('forbidden', 'role_above_own', 'Nobody gives, or acts on, a role above their own.');

export const alreadyMember = (): DomainError =>
  new DomainError('conflict', 'already_a_member', 'This person is a member of the workspace, active or disabled.');

export const alreadyInvited = (): DomainError =>
  new DomainError('conflict', 'already_invited', 'This address has an open invitation. Send that one again.');

/** An invitation that was accepted or revoked: nothing is left to be done with it. */
export const invitationClosed = (): DomainError =>
  new DomainError('conflict', 'invitation_closed', 'The invitation was accepted or revoked already.');

export const bounded = (most: number, what: string): Bound => ({
  ...{ most, code: 'too_many', said: `There can be at most ${most} ${what}.` },
});

export const tooMany = ({ code, said }: Bound): DomainError => new DomainError('conflict', code, said);

export const wrongName = (): DomainError =>
  new DomainError('invalid', 'wrong_name', 'The name is not that of the workspace: nothing is deleted.', {
    fields: [{ path: 'body.name', code: 'wrong_name', message: 'must be the name of the workspace' }],
  });

export const deletionPending = (): DomainError =>
  new DomainError('conflict', 'deletion_scheduled', 'The workspace is to be deleted already.');

export const nothingToRestore = (): DomainError =>
  new DomainError('conflict', 'not_being_deleted', 'Nobody has the workspace deleted, or it is too late.');

/** RFC 6749, section 5.2: the same for an unknown account, a wrong or spent secret, and one that was revoked. */
export const invalidClient = (): DomainError =>
  new DomainError('unauthenticated', 'invalid_client', 'Client id or secret is wrong, or the account was revoked.', {
    headers: { 'www-authenticate': 'Basic realm="token"' },
  });

/** Told after the right secret alone. */
export const addressNotAllowed = (): DomainError =>
  new DomainError('forbidden', 'address_not_allowed', 'The service account may not be used from this address.');

export const serviceAccountRevoked = (): DomainError =>
  new DomainError('conflict', 'service_account_revoked', 'The service account was revoked.');

export const noHeir = (): DomainError =>
  new DomainError('conflict', 'no_heir', 'Only another member who is active can take the workspace over.');
