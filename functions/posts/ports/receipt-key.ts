import { type SigningKey, signingKeyFrom } from '#shared/signing-key.ts';
import type { Receipt, SignedReceipt } from '../domain/receipt.ts';

/** Signs receipts, and recognizes its own signatures. */
export interface ReceiptKey extends Pick<SigningKey, 'publicKey'> {
  sign(receipt: Receipt): Promise<SignedReceipt>;
  isOwn(signed: SignedReceipt): Promise<boolean>;
}

/** The stage's key for receipts, derived from the random characters of its secret. */
export const receiptKeyFrom = (secret: string): ReceiptKey => {
  const key = signingKeyFrom(secret, 'receipts/1');
  const idOf = async (): Promise<string> => (await key.publicKey()).kid;
  return {
    publicKey: () => key.publicKey(),
    sign: async (receipt) => ({ receipt, keyId: await idOf(), signature: await key.sign(receipt) }),
    isOwn: async ({ receipt, keyId, signature }) => keyId === (await idOf()) && (await key.isOwn(receipt, signature)),
  };
};
