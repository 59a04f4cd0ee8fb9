import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * The SHA-256 digest of a text. Of a secret of 256 random bits only the digest is kept: such a secret cannot be
 * guessed, so the digest needs neither salt nor stretching. What can be guessed, such as an address, is merely out of
 * sight.
 */
export const digestOf = (text: string, encoding: 'base64url' | 'hex' = 'base64url'): string =>
  createHash('sha256').update(text).digest(encoding);

/** Compares in a time that reveals neither where two secrets, or their digests, differ, nor how long they are. */
export const isSameSecret = (one: string, other: string): boolean =>
  timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest());
