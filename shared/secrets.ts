import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Returns the SHA-256 digest of a text. Secrets of 256 random bits are stored only as digests: they cannot be guessed,
 * so the digest needs neither salt nor stretching. The digest of guessable text, such as an address, only obscures it.
 */
export const digestOf = (text: string, encoding: 'base64url' | 'hex' = 'base64url'): string =>
  createHash('sha256').update(text).digest(encoding);

/** Compares two secrets, or their digests, in a time that reveals neither where they differ nor how long they are. */
export const isSameSecret = (one: string, other: string): boolean =>
  timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest());
