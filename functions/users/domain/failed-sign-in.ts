import * as z from 'zod';
import { PersonId } from '#shared/ids.ts';
import { personal } from '#shared/privacy/personal-data.ts';
import { digestOf } from '#shared/secrets.ts';
import { daySeconds, Instant } from '#shared/time.ts';
import { AttemptKind } from './attempts.ts';

/** How long failed sign-ins are kept, in seconds. */
export const failuresKeptSeconds = 90 * daySeconds;

const ofFailure = { why: 'to trace the source of password guessing', keptFor: '90 days' };

/**
 * Failed sign-ins within one hour, for one address and from one network, as a single item. Stored with the person's
 * workspace, or under the digest of an address without an account.
 */
export const FailedSignIns = z.object({
  /** Start of the hour. */
  hour: Instant.meta({ description: 'Start of the hour (UTC)' }),
  kind: AttemptKind.meta({ description: '`sign_in`: wrong password; `totp`: wrong authenticator code' }),
  network: personal(
    z.string().meta({ description: 'Network of the attempts: IPv4 /24 or IPv6 /48 in CIDR notation, or `unknown`' }),
    ofFailure,
  ),
  /** Null: the address has no account. */
  personId: PersonId.nullable().meta({
    description:
      'Person whose email address was used; never null here: attempts at addresses without an account are not listed',
  }),
  /** SHA-256 of the attempted address in lower case, in hex. */
  addressDigest: personal(z.string(), ofFailure),
  attempts: z.int().meta({ description: 'Number of failed attempts' }),
  /** Whether the limit was reached, so that further attempts were refused unchecked. */
  isLocked: z.boolean().meta({
    description: 'Whether the attempt limit was reached, so that further ones were refused without being checked',
  }),
});
export type FailedSignIns = z.infer<typeof FailedSignIns>;

/** Returns the start of the hour of an instant. */
export const hourOf = (now: Date): string => `${now.toISOString().slice(0, 13)}:00:00.000Z`;

/** Same as `printf '%s' ada@example.com | sha256sum`, so that an address can be looked up. */
export const failureDigest = (email: string): string => digestOf(email, 'hex');
