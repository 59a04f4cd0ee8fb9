import { hkdfSync } from 'node:crypto';

/**
 * Derives a 256-bit key by HKDF-SHA256 (RFC 5869) from the random characters of a stage's secret. `purpose` separates
 * the keys derived from one secret.
 */
export const derivedKey = (secret: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `x-marketing-platform/${purpose}`, 32));
