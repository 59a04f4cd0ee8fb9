import * as z from 'zod';
import { DomainError } from '#shared/errors.ts';
import { PersonId, WorkspaceId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

/** OAuth scopes: read and write posts and media, read the user, and refresh tokens while the person is away. */
export const scopes = ['tweet.read', 'tweet.write', 'users.read', 'media.write', 'offline.access'] as const;

/** How long a person may take to give consent on X. */
export const consentSeconds = 10 * 60;

/**
 * A connection that a person started. Stored under the hash of its state, so that reading the table reveals no state,
 * and valid only for this person in this workspace.
 */
export const Connection = z.object({
  workspaceId: WorkspaceId,
  personId: PersonId,
  stateHash: z.string(),
  /** The PKCE verifier (RFC 7636), sealed. */
  sealedVerifier: z.string(),
  expiresAt: Instant,
});
export type Connection = z.infer<typeof Connection>;

/** 256 bits in base64url; anything else is refused without reading the table. */
export const State = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, 'must be the state that X sent back')
  .meta({ description: 'Ties the consent to this connection; X returns it with the code' });

/**
 * The same error for a state that is unknown, used, expired, another person's or another workspace's, so that it
 * reveals nothing (RFC 6749, section 10.12).
 */
export const invalidState = (): DomainError =>
  new DomainError(
    'invalid',
    'invalid_connection_state',
    'This connection was completed already, took longer than 10 minutes, or was not started by you in this workspace. Start again.',
  );
