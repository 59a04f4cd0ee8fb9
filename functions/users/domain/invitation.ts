import * as z from 'zod';
import { entityFields, type New } from '#shared/entity.ts';
import { DomainError } from '#shared/errors.ts';
import { InvitationId, newId, PersonId, WorkspaceId } from '#shared/ids.ts';
import { Role } from '#shared/permissions.ts';
import { personal } from '#shared/privacy/personal-data.ts';
import { digestOf, isSameSecret } from '#shared/secrets.ts';
import { dayMs, daySeconds, Instant, instantAfter, timeToLive } from '#shared/time.ts';
import { MailAddress } from './person.ts';

/** How long an invitation is valid, and how long it is kept so that its outcome can be looked up. */
const validDays = 7;
const keptDays = 90;

/** An invitation to a workspace, sent to an email address: the bearer of the token may join. */
export const Invitation = z.object({
  id: InvitationId,
  ...entityFields,
  email: personal(MailAddress, { why: 'to send the invitation', keptFor: '90 days from the last email' }),
  role: Role.meta({ description: 'Role that the person gets when joining' }),
  status: z.enum(['pending', 'accepted', 'revoked']).meta({
    description:
      '`pending`: not accepted yet, even if expired; `accepted`: the person has joined; `revoked`: the link no longer works',
  }),
  tokenHash: z.string(),
  expiresAt: Instant.meta({ description: 'When the link stops working (UTC)' }),
  invitedBy: PersonId.meta({ description: 'Member who sent it' }),
  acceptedBy: PersonId.nullable().meta({ description: 'Person who accepted it; null: not accepted' }),
  /** Unix seconds after which it is deleted. */
  ttl: z.int(),
});
export type Invitation = z.infer<typeof Invitation>;

const validFrom = (now: Date) => ({
  expiresAt: instantAfter(now, validDays * dayMs),
  ttl: timeToLive(now, keptDays * daySeconds),
});

/** Returns a new invitation. `secret` is random and not stored. */
export const invite = (
  said: Pick<Invitation, 'workspaceId' | 'email' | 'role' | 'invitedBy'>,
  secret: string,
  now: Date,
): New<Invitation> => ({
  id: newId('inv', now),
  ...said,
  status: 'pending',
  tokenHash: digestOf(secret),
  acceptedBy: null,
  ...validFrom(now),
});

/**
 * Renews an invitation with a new secret; the previous token becomes invalid. @throws DomainError `invitation_closed`
 */
export const renew = (invitation: Invitation, secret: string, now: Date): Invitation => {
  if (invitation.status !== 'pending') throw invitationClosed();
  return { ...invitation, tokenHash: digestOf(secret), ...validFrom(now) };
};

/** Revokes an invitation. @throws DomainError `invitation_closed` */
export const revoke = (invitation: Invitation): Invitation => {
  if (invitation.status !== 'pending') throw invitationClosed();
  return { ...invitation, status: 'revoked' };
};

/** Whether it can still be accepted. */
export const isOpen = ({ status, expiresAt }: Invitation, now: Date): boolean =>
  status === 'pending' && now.getTime() < Date.parse(expiresAt);

/** Returns the token for the email: the invitation's ids and the secret. */
export const tokenOf = ({ workspaceId, id }: Pick<Invitation, 'workspaceId' | 'id'>, secret: string): string =>
  `${workspaceId}.${id}.${secret}`;

/** Parses a token; undefined if it is malformed. */
export const readToken = (token: string): { workspaceId: string; invitationId: string; secret: string } | undefined => {
  const [workspaceId, invitationId, secret, ...more] = token.split('.');
  const place = z
    .object({ workspaceId: WorkspaceId, invitationId: InvitationId })
    .safeParse({ workspaceId, invitationId });
  return place.success && secret !== undefined && more.length === 0 ? { ...place.data, secret } : undefined;
};

/** Whether the secret is that of the invitation, and the invitation is still open. */
export const opens = (invitation: Invitation, secret: string, now: Date): boolean =>
  isSameSecret(invitation.tokenHash, digestOf(secret)) && isOpen(invitation, now);

/** The same error for a token that is wrong, used, revoked, expired or for another address. */
export const invalidInvitation = (): DomainError =>
  new DomainError(
    'invalid',
    'invalid_invitation',
    'The invitation is not valid (it was used or revoked, has expired, or is for someone else), or the password is not that of your existing account. Check the password, or ask for a new invitation.',
    {
      fields: [{ path: 'body.token', code: 'invalid_invitation', message: 'must be the token from the latest email' }],
    },
  );

export const alreadyInvited = (): DomainError =>
  new DomainError('conflict', 'already_invited', 'This address already has an open invitation. Resend it instead.');

/** Error for an invitation that was already accepted or revoked. */
export const invitationClosed = (): DomainError =>
  new DomainError(
    'conflict',
    'invitation_closed',
    'The invitation was already accepted or revoked. Create a new one to invite the person again.',
  );
