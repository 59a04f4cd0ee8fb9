import { newerThan } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';
import { KnownAccount } from '../domain/known-account.ts';

/** What accounts are called, from the events of `accounts`. */
export interface KnownAccountStore {
  /** Those of them that are known. */
  findAll(workspaceId: string, accountIds: readonly string[]): Promise<KnownAccount[]>;
  /** Stores what an event reported, unless a newer event was stored already. */
  learn(workspaceId: string, entityVersion: number, account: KnownAccount): Promise<void>;
}

const accountKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `USERNAME#${id}` });

export const knownAccountStore = (table: Table): KnownAccountStore => ({
  async findAll(workspaceId, accountIds) {
    const items = await table.getAll([...new Set(accountIds)].map((id) => accountKey(workspaceId, id)));
    return items.map((item) => KnownAccount.parse(item));
  },
  async learn(workspaceId, entityVersion, account) {
    await table.put(
      { ...account, ...accountKey(workspaceId, account.accountId), type: 'known_account', workspaceId, entityVersion },
      newerThan(entityVersion),
    );
  },
});
