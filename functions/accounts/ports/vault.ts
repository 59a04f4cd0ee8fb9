import { createHash } from 'node:crypto';
import { derivedKey } from '#shared/derived-key.ts';
import { DomainError } from '#shared/errors.ts';
import { seal, unseal } from '#shared/sealing.ts';
import { partsOf } from '../domain/sealed.ts';
import type { XSecret } from './x-secret.ts';

/** Whose secret it is, and its purpose. It is bound to the sealed text: moved elsewhere, it does not open. */
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
  /** Versions of the older keys: anything still under one of them must be sealed again. */
  olderVersions(): Promise<string[]>;
}

/** The keys of the vault, in the stage's secret. `anew`: they may have changed since they were read. */
export type VaultKeys = (asked?: { anew: true }) => Promise<Pick<XSecret, 'vaultKey' | 'previousVaultKeys'>>;

interface Key {
  bytes: Buffer;
  /** Names the key without telling of it. */
  version: string;
}

const deriveKey = (vaultKey: string): Key => {
  const bytes = derivedKey(vaultKey, 'vault/1');
  return { bytes, version: createHash('sha256').update(bytes).digest('hex').slice(0, 8) };
};

const boundTo = ({ workspaceId, subject, purpose }: Purpose) => [workspaceId, subject, purpose];

/** Used in logs and replies: the platform's operator has to restore the key (docs/runbook.md). */
const missingKey = (version: string): DomainError =>
  new DomainError(
    'unavailable',
    'vault_key_missing',
    `The encryption key ${version} of the tokens is missing. The operator of the platform has to restore it.`,
  );

/** An envelope is `1.<key version>.<sealed text>`. Keys are replaced without a pause: the current one seals, all open. */
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
      // Another container may have sealed it under a key that is newer than the known ones.
      const key = (await keyOf(version)) ?? (await keyOf(version, { anew: true }));
      if (!key) throw missingKey(version);
      return unseal(key.bytes, body, boundTo(purpose));
    },
    async olderVersions() {
      // Sealing again starts with the newest key.
      const { vaultKey, previousVaultKeys } = await keys({ anew: true });
      const current = deriveKey(vaultKey).version;
      const older = previousVaultKeys.map((key) => deriveKey(key).version);
      return [...new Set(older)].filter((version) => version !== current).sort();
    },
  };
};
