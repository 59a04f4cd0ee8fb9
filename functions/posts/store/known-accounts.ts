import * as z from 'zod';
import { entityOf, newerThan } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';

/** What this context knows of an account, from the events of `accounts`. */
export const KnownAccount = z.object({
  accountId: z.string(),
  isConnected: z.boolean(),
  maxWeightedLength: z.int(),
});

export type KnownAccount = z.infer<typeof KnownAccount>;

export interface KnownAccountStore {
  /** Includes the account's version from the latest event. */
  find(workspaceId: string, accountId: string): Promise<(KnownAccount & { entityVersion: number }) | undefined>;
  /** Stores the state from an event, unless a newer event is already stored. */
  learn(workspaceId: string, entityVersion: number, account: KnownAccount): Promise<void>;
  /** Marks the account as no longer connected; everything else known about it stays. */
  forget(workspaceId: string, entityVersion: number, accountId: string): Promise<void>;
}

const accountKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `ACCOUNT#${id}` });

export const knownAccountStore = (table: Table): KnownAccountStore => ({
  async find(workspaceId, accountId) {
    const item = await table.get(accountKey(workspaceId, accountId));
    return item && entityOf(KnownAccount.extend({ entityVersion: z.int() }), item);
  },
  async learn(workspaceId, entityVersion, account) {
    const key = accountKey(workspaceId, account.accountId);
    await table.put({ ...key, type: 'account', workspaceId, entityVersion, ...account }, newerThan(entityVersion));
  },
  async forget(workspaceId, entityVersion, accountId) {
    const { ConditionExpression, ExpressionAttributeValues } = newerThan(entityVersion);
    await table.update(accountKey(workspaceId, accountId), {
      // It may be the first event about the account: events can overtake one another.
      UpdateExpression: `SET isConnected = :no, entityVersion = :entityVersion, accountId = :id,
        maxWeightedLength = if_not_exists(maxWeightedLength, :shortest)`,
      ConditionExpression,
      ExpressionAttributeValues: { ...ExpressionAttributeValues, ':no': false, ':id': accountId, ':shortest': 280 },
    });
  },
});
