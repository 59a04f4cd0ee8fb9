import { createHash } from 'node:crypto';
import { derivedKey } from '#shared/derived-key.ts';
import { DomainError } from '#shared/errors.ts';
import { seal, unseal } from '#shared/sealing.ts';
import { partsOf } from '../domain/sealed.ts';
import type { XSecret } from './x-secret.ts';

/** Owner and purpose of a secret. They are bound to the ciphertext, which cannot be decrypted anywhere else. */
export interface Purpose {
  workspaceId: string;
  /** The account, or the connection being made. */
  subject: string;
  purpose: 'tokens' | 'code_verifier';
}

/** Encrypts what must not be readable in the table. */
export interface Vault {
  /** Encrypts with the current key. */
  seal(text: string, purpose: Purpose): Promise<string>;
  /**
   * Decrypts what the current or an older key encrypted.
   * @throws Error when the text was changed or belongs to something else
   * @throws DomainError `vault_key_missing` when its key is gone, naming the key's version but never a value
   */
  open(sealed: string, purpose: Purpose): Promise<string>;
  /** Returns the versions of the older keys; anything still under one of them must be re-encrypted. */
  olderVersions(): Promise<string[]>;
}

/** Reads the vault's keys from the stage's secret. `anew` bypasses the cache, for when they may have changed. */
export type VaultKeys = (asked?: { anew: true }) => Promise<Pick<XSecret, 'vaultKey' | 'previousVaultKeys'>>;

interface Key {
  bytes: Buffer;
  /** Identifies the key without revealing it. */
  version: string;
}

const deriveKey = (vaultKey: string): Key => {
  const bytes = derivedKey(vaultKey, 'vault/1');
  return { bytes, version: createHash('sha256').update(bytes).digest('hex').slice(0, 8) };
};

const boundTo = ({ workspaceId, subject, purpose }: Purpose) => [workspaceId, subject, purpose];

/** For logs and replies: the platform's operator has to restore the key (docs/runbook.md). */
const missingKey = (version: string): DomainError =>
  new DomainError(
    'unavailable',
    'vault_key_missing',
    `The encryption key ${version} of the tokens is missing. The operator of the platform has to restore it.`,
  );

/**
 * Opens the vault. An envelope is `1.<key version>.<ciphertext>`. Keys rotate without downtime: the current one
 * encrypts, all of them decrypt.
 */
export const vaultWith = (keys: VaultKeys): Vault => {
  const keyOf = async (version: string, asked?: { anew: true }): Promise<Key | undefined> => {
    const { vaultKey, previousVaultKeys } = await keys(asked);
    return [vaultKey, ...previousVaultKeys].map(deriveKey).find((key) => key.version === version);
  };
  return {
    async seal(text, purpose) {
      const key = deriveKey((await keys()).vaultKey);
      return `1.${key.version}.${seal(key.bytes, text, boundTo(purpose))}`;
    },
    async open(envelope, purpose) {
      const { version, body } = partsOf(envelope) ?? {};
      if (version === undefined || body === undefined) throw new Error('The vault does not know this envelope.');
      // Another container may have encrypted it with a key newer than the cached ones.
      const key = (await keyOf(version)) ?? (await keyOf(version, { anew: true }));
      if (!key) throw missingKey(version);
      return unseal(key.bytes, body, boundTo(purpose));
    },
    async olderVersions() {
      // Bypasses the cache: re-encryption has to use the newest key.
      const { vaultKey, previousVaultKeys } = await keys({ anew: true });
      const current = deriveKey(vaultKey).version;
      const older = previousVaultKeys.map((key) => deriveKey(key).version);
      return [...new Set(older)].filter((version) => version !== current).sort();
    },
  };
};
