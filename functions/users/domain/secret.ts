import { createHash, timingSafeEqual } from 'node:crypto';

/** What is kept of a secret of 256 random bits: nobody finds it by guessing, so that a plain hash is enough. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Whether a secret is the one whose hash is kept, told in the same time for any secret. */
export const isHashOf = (hash: string, secret: string): boolean => {
  const [kept, given] = [Buffer.from(hash), Buffer.from(hashOf(secret))];
  return kept.length === given.length && timingSafeEqual(kept, given);
};
