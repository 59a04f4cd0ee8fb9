import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/** Whose secret it is and what for. It is bound to the sealed text: moved elsewhere, it does not open. */
export interface Purpose {
  workspaceId: string;
  /** The account, or the connection that is being made. */
  subject: string;
  purpose: 'tokens' | 'code_verifier';
}

/** Seals what must not be read in the table. */
export interface Vault {
  seal(text: string, purpose: Purpose): Promise<string>;
  /** @throws Error when the text was changed, belongs to something else, or was sealed with another key. */
  open(sealed: string, purpose: Purpose): Promise<string>;
}

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

interface Key {
  bytes: Buffer;
  /** Names the key without telling of it. */
  version: string;
}

/** The key by HKDF-SHA256 (RFC 5869) from the secret's random characters. */
const deriveKey = (vaultKey: string): Key => {
  const bytes = Buffer.from(hkdfSync('sha256', vaultKey, '', 'x-marketing-platform/vault/1', 32));
  return { bytes, version: createHash('sha256').update(bytes).digest('hex').slice(0, 8) };
};

/** As JSON, so that no two purposes give the same bytes. */
const associatedData = ({ workspaceId, subject, purpose }: Purpose): Buffer =>
  Buffer.from(JSON.stringify([workspaceId, subject, purpose]));

/**
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. An envelope is `1.<key version>.<nonce, text and tag in
 * base64url>`.
 */
export const vaultWith = (vaultKey: () => Promise<string>): Vault => ({
  async seal(text, purpose) {
    const key = deriveKey(await vaultKey());
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, key.bytes, iv, { authTagLength: tagBytes });
    cipher.setAAD(associatedData(purpose));
    const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `1.${key.version}.${sealed.toString('base64url')}`;
  },
  async open(envelope, purpose) {
    const key = deriveKey(await vaultKey());
    const [, version, body] = /^1\.([0-9a-f]{8})\.([A-Za-z0-9_-]+)$/.exec(envelope) ?? [];
    if (version === undefined || body === undefined) throw new Error('The vault does not know this envelope.');
    if (version !== key.version) throw new Error(`The vault has no key ${version}: it was sealed with another one.`);
    const bytes = Buffer.from(body, 'base64url');
    const decipher = createDecipheriv(algorithm, key.bytes, bytes.subarray(0, ivBytes), { authTagLength: tagBytes });
    decipher.setAAD(associatedData(purpose));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]).toString('utf8');
  },
});
