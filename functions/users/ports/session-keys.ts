import { derivedKey } from '#shared/derived-key.ts';
import { seal, unseal } from '#shared/sealing.ts';
import type { SealedFor } from '../domain/sealed-for.ts';

/** Keys of sessions. Without them, the table alone is not enough to refresh a session or to verify a refresh token. */
export interface SessionKeys {
  /** The key that authenticates refresh tokens. */
  tokenKey(): Promise<Uint8Array>;
  /** Seals a token of the identity provider, which never leaves the platform. */
  seal(token: string, whose: SealedFor): Promise<string>;
  /** @throws Error if it was altered, or sealed for something else */
  open(sealed: string, whose: SealedFor): Promise<string>;
}

const boundTo = (whose: SealedFor): string[] => [
  whose.purpose,
  whose.subject,
  ...('sessionId' in whose ? [whose.sessionId] : []),
];

/** Derives separate keys from the stage's secret, independent of the key of checkpoints. */
export const sessionKeysFrom = (secret: string): SessionKeys => {
  const sealingKey = derivedKey(secret, 'sessions/1');
  const tokenKey = derivedKey(secret, 'refresh-tokens/1');
  return {
    tokenKey: async () => tokenKey,
    seal: async (token, whose) => seal(sealingKey, token, boundTo(whose)),
    open: async (sealed, whose) => unseal(sealingKey, sealed, boundTo(whose)),
  };
};
