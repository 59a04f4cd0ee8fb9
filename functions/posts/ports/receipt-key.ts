import { type PublicKey, signingKeyFrom } from '#shared/signing-key.ts';
import type { Receipt, SignedReceipt } from '../domain/receipt.ts';

/** Signs receipts, and tells whether a signature is its own. */
export interface ReceiptKey {
  sign(receipt: Receipt): SignedReceipt;
  isOwn(signed: SignedReceipt): boolean;
  publicKey: PublicKey;
}

/** The stage's key of receipts, derived from its secret's random characters. */
export const receiptKeyFrom = (secret: string): ReceiptKey => {
  const key = signingKeyFrom(secret, 'receipts/1');
  const { publicKey } = key;
  return {
    publicKey,
    sign: (receipt) => ({ receipt, keyId: publicKey.kid, signature: key.sign(receipt) }),
    isOwn: ({ receipt, keyId, signature }) => keyId === publicKey.kid && key.isOwn(receipt, signature),
  };
};
