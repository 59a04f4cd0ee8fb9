import { derivedKey } from '#shared/derived-key.ts';
import { seal, unseal } from '#shared/sealing.ts';
import type { SealedFor } from '../domain/sealed-for.ts';

/** The keys of sessions: the table alone, without them, refreshes nothing and proves no refresh token. */
export interface SessionKeys {
  /** The key that authenticates refresh tokens. */
  tokenKey(): Promise<Uint8Array>;
  /** Seals a token of the identity provider, which only the platform ever holds. */
  seal(token: string, whose: SealedFor): Promise<string>;
  /** @throws Error when it was changed, or belongs to something else */
  open(sealed: string, whose: SealedFor): Promise<string>;
}

const boundTo = (whose: SealedFor): string[] => [
  whose.purpose,
  whose.subject,
  ...('sessionId' in whose ? [whose.sessionId] : []),
];

/** Keys of their own from the stage's secret, apart from the key of checkpoints. */
export const sessionKeysFrom = (secret: string): SessionKeys => {
  const sealingKey = derivedKey(secret, 'sessions/1');
  const tokenKey = derivedKey(secret, 'refresh-tokens/1');
  return {
    tokenKey: async () => tokenKey,
    seal: async (token, whose) => seal(sealingKey, token, boundTo(whose)),
    open: async (sealed, whose) => unseal(sealingKey, sealed, boundTo(whose)),
  };
};
