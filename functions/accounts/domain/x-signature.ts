import { createHmac } from 'node:crypto';
import { isSameSecret } from '#shared/secrets.ts';

const signatureOf = (consumerSecret: string, content: string | Uint8Array): string =>
  `sha256=${createHmac('sha256', consumerSecret).update(content).digest('base64')}`;

/**
 * Returns the response to X's challenge (CRC), which proves possession of the app's consumer secret (X API: webhooks).
 */
export const responseTo = (consumerSecret: string, crcToken: string): string => signatureOf(consumerSecret, crcToken);

/** Whether X signed exactly these bytes (X API: `x-twitter-webhooks-signature`). Compares in constant time. */
export const isSignedByX = (
  consumerSecret: string,
  { bytes, signature }: { bytes: Uint8Array; signature: string },
): boolean => isSameSecret(signatureOf(consumerSecret, bytes), signature);
