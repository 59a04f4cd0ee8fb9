import { sign } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { OpenKey } from './signing-keys.ts';

/**
 * Returns the headers of an attempt (Standard Webhooks): the id, which all attempts share, the attempt's own time, and
 * for each key a `v1` (HMAC-SHA256) and a `v1a` (Ed25519) signature over id, time and body.
 */
export const signedHeaders = (
  keys: readonly OpenKey[],
  { id, payload }: { id: string; payload: string },
  at: Date,
): Record<string, string> => {
  const seconds = String(Math.floor(at.getTime() / 1000));
  const signed = Buffer.from(`${id}.${seconds}.${payload}`);
  const signatures = keys.flatMap(({ secret, privateKey }) => [
    new Webhook(secret).sign(id, at, payload),
    `v1a,${sign(null, signed, privateKey).toString('base64')}`,
  ]);
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': signatures.join(' '),
  };
};
