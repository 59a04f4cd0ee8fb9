import { createPrivateKey, createPublicKey, hkdfSync, sign, verify, type KeyObject } from 'node:crypto';
import { canonicalOf, keyIdOf } from './domain/issue-receipt.ts';
import type { Receipt, SignedReceipt } from './domain/receipt.ts';

/** The stage's public key as a JSON Web Key (RFC 8037). */
export interface PublicKey {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  kid: string;
}

/** Signs receipts, and tells whether a signature is its own. */
export interface ReceiptKey {
  sign(receipt: Receipt): SignedReceipt;
  isOwn(signed: SignedReceipt): boolean;
  publicKey: PublicKey;
}

/** The beginning of a PKCS #8 document that holds an Ed25519 seed (RFC 8410, section 7). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The stage's key, derived by HKDF-SHA256 (RFC 5869) from its secret's random characters. */
export const receiptKeyFrom = (secret: string): ReceiptKey => {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'x-marketing-platform/receipts/1', 32));
  const key = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' });
  const open = createPublicKey(key);
  const x = publicPartOf(open);
  const kid = keyIdOf(x);
  return {
    publicKey: { kty: 'OKP', crv: 'Ed25519', x, kid },
    sign: (receipt) => ({
      receipt,
      keyId: kid,
      signature: sign(null, Buffer.from(canonicalOf(receipt)), key).toString('base64url'),
    }),
    isOwn: ({ receipt, keyId, signature }) =>
      keyId === kid && verify(null, Buffer.from(canonicalOf(receipt)), open, Buffer.from(signature, 'base64url')),
  };
};

const publicPartOf = (key: KeyObject): string => {
  const { x } = key.export({ format: 'jwk' });
  if (x === undefined) throw new Error('The key of receipts has no public part');
  return x;
};
