import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { canonicalOf } from './canonical.ts';
import { derivedKey } from './derived-key.ts';

/** A public key as a JSON Web Key (RFC 8037). */
export interface PublicKey {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  kid: string;
}

/** Signs values in their canonical form, and verifies its own signatures. The secret is read when needed. */
export interface SigningKey {
  publicKey(): Promise<PublicKey>;
  /** Returns the signature in base64url. */
  sign(value: unknown): Promise<string>;
  isOwn(value: unknown, signature: string): Promise<boolean>;
}

/** Start of a PKCS #8 document with an Ed25519 seed (RFC 8410, section 7). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Returns the private Ed25519 key of a 32-byte seed (RFC 8032). */
export const ed25519Key = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' });

/** Returns the public part of an Ed25519 key: the 32 bytes that RFC 8037 calls `x`, in base64url. */
export const publicPartOf = (key: KeyObject): string => {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  if (x === undefined) throw new Error('The key has no public part');
  return x;
};

/** Derives an Ed25519 key for one purpose from a stage's secret. */
export const signingKeyFrom = (secret: string, purpose: string): SigningKey => {
  const key = ed25519Key(derivedKey(secret, purpose));
  const open = createPublicKey(key);
  const x = publicPartOf(key);
  const kid = createHash('sha256').update(x).digest('base64url').slice(0, 16);
  return {
    publicKey: async () => ({ kty: 'OKP', crv: 'Ed25519', x, kid }),
    sign: async (value) => sign(null, Buffer.from(canonicalOf(value)), key).toString('base64url'),
    isOwn: async (value, signature) =>
      verify(null, Buffer.from(canonicalOf(value)), open, Buffer.from(signature, 'base64url')),
  };
};
