import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { DomainError } from '../../shared/errors.ts';
import type { XSecret } from './x-secret.ts';

/** Whose secret it is and what for. It is bound to the sealed text: moved elsewhere, it does not open. */
export interface Purpose {
  workspaceId: string;
  /** The account, or the connection that is being made. */
  subject: string;
  purpose: 'tokens' | 'code_verifier';
}

/** Seals what must not be read in the table. */
export interface Vault {
  /** Seals under the current key. */
  seal(text: string, purpose: Purpose): Promise<string>;
  /**
   * Opens what the current key or an older one sealed.
   * @throws Error when the text was changed or belongs to something else
   * @throws DomainError `vault_key_missing` when its key is gone: it names the key's version, never a value
   */
  open(sealed: string, purpose: Purpose): Promise<string>;
  /** Versions of the older keys: what is still under one of them is to be sealed anew. */
  olderVersions(): Promise<string[]>;
}

/** The keys of the vault, in the stage's secret. `anew`: they may have changed since they were read. */
export type VaultKeys = (asked?: { anew: true }) => Promise<Pick<XSecret, 'vaultKey' | 'previousVaultKeys'>>;

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

const partsOf = (envelope: string): { version: string; body: string } | undefined => {
  const [, version, body] = /^1\.([0-9a-f]{8})\.([A-Za-z0-9_-]+)$/.exec(envelope) ?? [];
  return version === undefined || body === undefined ? undefined : { version, body };
};

/** The version of the key that sealed it; undefined of what is no envelope. */
export const keyVersionOf = (envelope: string): string | undefined => partsOf(envelope)?.version;

/** Said in logs and replies: whoever runs the platform has to put the key back (docs/runbook.md). */
const missingKey = (version: string): DomainError =>
  new DomainError('unavailable', 'vault_key_missing', `The token vault has no key ${version}. It has to be put back.`);

/**
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. An envelope is `1.<key version>.<nonce, text and tag in
 * base64url>`. Keys are replaced without a pause: the current one seals, all of them open.
 */
export const vaultWith = (keys: VaultKeys): Vault => {
  const keyOf = async (version: string, asked?: { anew: true }): Promise<Key | undefined> => {
    const { vaultKey, previousVaultKeys } = await keys(asked);
    return [vaultKey, ...previousVaultKeys].map(deriveKey).find((key) => key.version === version);
  };
  return {
    async seal(text, purpose) {
      const key = deriveKey((await keys()).vaultKey);
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv(algorithm, key.bytes, iv, { authTagLength: tagBytes });
      cipher.setAAD(associatedData(purpose));
      const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `1.${key.version}.${sealed.toString('base64url')}`;
    },
    async open(envelope, purpose) {
      const { version, body } = partsOf(envelope) ?? {};
      if (version === undefined || body === undefined) throw new Error('The vault does not know this envelope.');
      // Another container may have sealed it under a key that is newer than what is known here.
      const key = (await keyOf(version)) ?? (await keyOf(version, { anew: true }));
      if (!key) throw missingKey(version);
      const bytes = Buffer.from(body, 'base64url');
      const decipher = createDecipheriv(algorithm, key.bytes, bytes.subarray(0, ivBytes), { authTagLength: tagBytes });
      decipher.setAAD(associatedData(purpose));
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]).toString('utf8');
    },
    async olderVersions() {
      // Whoever seals anew begins with the newest key.
      const { vaultKey, previousVaultKeys } = await keys({ anew: true });
      const current = deriveKey(vaultKey).version;
      const older = previousVaultKeys.map((key) => deriveKey(key).version);
      return [...new Set(older)].filter((version) => version !== current).sort();
    },
  };
};
