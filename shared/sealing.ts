import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** JSON, so that different lists never give the same bytes. */
const associatedData = (boundTo: readonly string[]): Buffer => Buffer.from(JSON.stringify(boundTo));

/**
 * Encrypts a text with AES-256-GCM (NIST SP 800-38D) and a random 96-bit nonce; returns nonce, ciphertext and tag in
 * base64url. `boundTo` names its owner and purpose: the text cannot be decrypted anywhere else.
 */
export const seal = (key: Uint8Array, text: string, boundTo: readonly string[]): string => {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes });
  cipher.setAAD(associatedData(boundTo));
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
};

/** Decrypts what `seal` returned. @throws Error when it was changed, has another key, or is bound to something else */
export const unseal = (key: Uint8Array, sealed: string, boundTo: readonly string[]): string => {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes });
  decipher.setAAD(associatedData(boundTo));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]).toString('utf8');
};
