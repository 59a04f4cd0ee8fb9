import * as z from 'zod';
import { stillAt } from '#shared/entities.ts';
import { AccountId, WorkspaceId } from '#shared/ids.ts';
import type { Item, Key, Table } from '#shared/table.ts';
import { Instant } from '#shared/time.ts';
import { keyVersionOf } from '../domain/sealed.ts';

/** An account's tokens as stored. */
export const StoredTokens = z.object({
  workspaceId: WorkspaceId,
  accountId: AccountId,
  /** Counts the writes, and serves as the lock of the refresh. */
  version: z.int().min(0),
  /** Both tokens, encrypted by the vault. */
  sealed: z.string(),
  /** When the access token expires. */
  expiresAt: Instant,
  /** Until when a refresh may be running; null: none is. */
  refreshingUntil: Instant.nullable(),
  /** When X permanently refused the refresh token; it is not tried again. */
  refusedAt: Instant.optional(),
});

export type StoredTokens = z.infer<typeof StoredTokens>;

export interface TokenStore {
  find(workspaceId: string, accountId: string): Promise<StoredTokens | undefined>;
  /** Writes the next version; undefined if there was another write since the read. */
  save(tokens: StoredTokens): Promise<StoredTokens | undefined>;
  /**
   * Returns tokens encrypted by a key of the vault, a page at a time. @param after `next` of the previous page, null at
   * first
   */
  underKey(
    keyVersion: string,
    after: string | null,
    limit: number,
  ): Promise<{ tokens: StoredTokens[]; next: string | null }>;
}

export const tokensKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `TOKENS#${id}` });

/** Returns the item, indexed by its key's version; an older key's list empties as its tokens are re-encrypted. */
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
      // The index is eventually consistent: tokens that were re-encrypted meanwhile are left out.
      tokens: items.map((item) => StoredTokens.parse(item)).filter(({ sealed }) => keyVersionOf(sealed) === keyVersion),
      next: last ? z.string().parse(last.byKeySk) : null,
    };
  },
});
