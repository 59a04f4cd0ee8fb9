import * as z from 'zod';
import { stillAt } from '#shared/entities.ts';
import { AccountId, WorkspaceId } from '#shared/ids.ts';
import type { Item, Key, Table } from '#shared/table.ts';
import { Instant } from '#shared/time.ts';
import { keyVersionOf } from '../domain/sealed.ts';

/** An account's tokens as they lie in the table. */
export const StoredTokens = z.object({
  workspaceId: WorkspaceId,
  accountId: AccountId,
  /** Counts the writes: the lock of the refresh. */
  version: z.int().min(0),
  /** Both tokens, sealed by the vault. */
  sealed: z.string(),
  /** When the access token ends. */
  expiresAt: Instant,
  /** Until when a refresh may be running; null if none is. */
  refreshingUntil: Instant.nullable(),
  /** When X refused the refresh token for good: it is not tried again. */
  refusedAt: Instant.optional(),
});

export type StoredTokens = z.infer<typeof StoredTokens>;

export interface TokenStore {
  find(workspaceId: string, accountId: string): Promise<StoredTokens | undefined>;
  /** Writes the next version if there was no other write since the read; otherwise undefined. */
  save(tokens: StoredTokens): Promise<StoredTokens | undefined>;
  /** Tokens that a key of the vault has sealed, a page at a time; `after` is `next` of the page before, null at first. */
  underKey(
    keyVersion: string,
    after: string | null,
    limit: number,
  ): Promise<{ tokens: StoredTokens[]; next: string | null }>;
}

export const tokensKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `TOKENS#${id}` });

/** Listed by the key that sealed them: the list under an older key empties as they are sealed again. */
export const tokensItem = (tokens: StoredTokens): Item & Key => ({
  ...tokens,
  ...tokensKey(tokens.workspaceId, tokens.accountId),
  type: 'tokens',
  byKeyPk: `KEY#${keyVersionOf(tokens.sealed) ?? 'unknown'}`,
  byKeySk: `${tokens.workspaceId}#${tokens.accountId}`,
});

export const tokenStore = (table: Table): TokenStore => ({
  async find(workspaceId, accountId) {
    const item = await table.get(tokensKey(workspaceId, accountId));
    return item && StoredTokens.parse(item);
  },
  async save(tokens) {
    const next = { ...tokens, version: tokens.version + 1 };
    return (await table.put(tokensItem(next), stillAt(tokens.version))) ? next : undefined;
  },
  async underKey(keyVersion, after, limit) {
    const query = {
      IndexName: 'byKey',
      KeyConditionExpression: 'byKeyPk = :key AND byKeySk > :after',
      ExpressionAttributeValues: { ':key': `KEY#${keyVersion}`, ':after': after ?? ' ' },
      keysOnly: true as const,
    };
    const items = await table.queryFirst(query, limit);
    const last = items.at(-1);
    return {
      // The index may be behind: tokens that were sealed again meanwhile are left out.
      tokens: items.map((item) => StoredTokens.parse(item)).filter(({ sealed }) => keyVersionOf(sealed) === keyVersion),
      next: last ? z.string().parse(last.byKeySk) : null,
    };
  },
});
