import { type SigningKey, signingKeyFrom } from '#shared/signing-key.ts';
import type { Receipt, SignedReceipt } from '../domain/receipt.ts';

/** Signs receipts, and tells whether a signature is its own. */
export interface ReceiptKey extends Pick<SigningKey, 'publicKey'> {
  sign(receipt: Receipt): Promise<SignedReceipt>;
  isOwn(signed: SignedReceipt): Promise<boolean>;
}

/** The stage's key of receipts, derived from its secret's random characters. */
export const receiptKeyFrom = (secret: string): ReceiptKey => {
  const key = signingKeyFrom(secret, 'receipts/1');
  const idOf = async (): Promise<string> => (await key.publicKey()).kid;
  return {
    publicKey: () => key.publicKey(),
    sign: async (receipt) => ({ receipt, keyId: await idOf(), signature: await key.sign(receipt) }),
    isOwn: async ({ receipt, keyId, signature }) => keyId === (await idOf()) && (await key.isOwn(receipt, signature)),
  };
};
