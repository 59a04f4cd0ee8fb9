import { createHmac } from 'node:crypto';
import type { HookScheme } from '#events/platform.ts';
import type { Signed } from '#shared/http/route.ts';
import { isSameSecret } from '#shared/secrets.ts';

/** How far a signature's timestamp may be from now, in seconds (Standard Webhooks; Stripe: verify signatures). */
const toleranceSeconds = 5 * 60;

/** Most signatures of one request that are checked. */
const maxSignatures = 10;

/** What a scheme reads from a request: what was signed, its signatures in hex or base64, and when. */
interface Claim {
  signed: readonly (string | Uint8Array)[];
  signatures: readonly string[];
  encoding: 'hex' | 'base64';
  /** Unix seconds, as sent; undefined: the scheme has no timestamp. */
  at: string | undefined;
}

/** Claims of a request by scheme; undefined if its headers are missing. */
const claims: Readonly<Record<HookScheme, (request: Signed) => Claim | undefined>> = {
  /** Standard Webhooks: signature scheme, symmetric. */
  standard_webhooks: ({ headers, bytes }) => {
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': sent } = headers;
    if (id === undefined || at === undefined || sent === undefined) return undefined;
    return { signed: [`${id}.${at}.`, bytes], signatures: valuesOf(sent.split(' '), 'v1,'), encoding: 'base64', at };
  },
  /** GitHub: validating webhook deliveries. It signs neither an id nor a time. */
  github: ({ headers, bytes }) => {
    const sent = headers['x-hub-signature-256'];
    if (sent === undefined) return undefined;
    return { signed: [bytes], signatures: valuesOf([sent], 'sha256='), encoding: 'hex', at: undefined };
  },
  /** Stripe: verify webhook signatures manually. */
  stripe: ({ headers, bytes }) => {
    const parts = headers['stripe-signature']?.split(',') ?? [];
    const [at] = valuesOf(parts, 't=');
    if (at === undefined) return undefined;
    return { signed: [`${at}.`, bytes], signatures: valuesOf(parts, 'v1='), encoding: 'hex', at };
  },
};

/** Returns the values of the parts that start with the prefix, such as `v1=`. */
const valuesOf = (parts: readonly string[], prefix: string): string[] =>
  parts
    .map((part) => part.trim())
    .filter((part) => part.startsWith(prefix))
    .map((part) => part.slice(prefix.length))
    .slice(0, maxSignatures);

const hmac = (secret: Uint8Array, { signed, encoding }: Claim): string => {
  const mac = createHmac('sha256', secret);
  for (const part of signed) mac.update(part);
  return mac.digest(encoding);
};

/** Returns the bytes of a secret: decoded base64 after a prefix for Standard Webhooks, otherwise the text itself. */
const keyOf = (scheme: HookScheme, secret: string): Buffer =>
  scheme === 'standard_webhooks' ? Buffer.from(secret.replace(/^whsec_/, ''), 'base64') : Buffer.from(secret);

const isRecent = (at: string | undefined, now: Date): boolean =>
  at === undefined || (/^\d{1,12}$/.test(at) && Math.abs(now.getTime() / 1000 - Number(at)) <= toleranceSeconds);

/** Whether a request is signed with one of the secrets and, if the scheme has a timestamp, recently. */
export const isVerified = (scheme: HookScheme, secrets: readonly string[], request: Signed, now: Date): boolean => {
  const claim = claims[scheme](request);
  if (!claim || !isRecent(claim.at, now)) return false;
  const expected = secrets.map((secret) => hmac(keyOf(scheme, secret), claim));
  return expected.some((signature) => claim.signatures.some((sent) => isSameSecret(sent, signature)));
};
