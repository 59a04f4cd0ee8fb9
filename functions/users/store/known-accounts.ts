import { entityOf, newerThan } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';
import { KnownAccount } from '../domain/known-account.ts';

export interface KnownAccountStore {
  find(workspaceId: string, accountId: string): Promise<KnownAccount | undefined>;
  /** Stores an account from an event, unless a newer event was stored. */
  learn(entityVersion: number, account: Omit<KnownAccount, 'mailedVersion'>): Promise<void>;
  /** Records that a lost connection was emailed. */
  noteMailed(workspaceId: string, accountId: string, version: number): Promise<void>;
}

const keyOf = (workspaceId: string, accountId: string): Key => ({ pk: workspaceId, sk: `ACCOUNT#${accountId}` });

export const knownAccountStore = (table: Pick<Table, 'get' | 'update'>): KnownAccountStore => ({
  async find(workspaceId, accountId) {
    const item = await table.get(keyOf(workspaceId, accountId));
    return item && entityOf(KnownAccount, item);
  },
  async learn(entityVersion, { workspaceId, accountId, username, connectedBy, connectedAt }) {
    const { ConditionExpression, ExpressionAttributeValues } = newerThan(entityVersion);
    await table.update(keyOf(workspaceId, accountId), {
      UpdateExpression: `SET #type = :type, workspaceId = :workspaceId, accountId = :accountId, username = :username,
        connectedBy = :connectedBy, connectedAt = :connectedAt, entityVersion = :entityVersion`,
      ConditionExpression,
      ExpressionAttributeNames: { '#type': 'type' },
      ExpressionAttributeValues: {
        ...ExpressionAttributeValues,
        ':type': 'account',
        ':workspaceId': workspaceId,
        ':accountId': accountId,
        ':username': username,
        ':connectedBy': connectedBy,
        ':connectedAt': connectedAt,
      },
    });
  },
  async noteMailed(workspaceId, accountId, version) {
    await table.update(keyOf(workspaceId, accountId), {
      // The account may be unknown so far, if it was connected before this context subscribed to events.
      UpdateExpression:
        'SET #type = :type, workspaceId = :workspaceId, accountId = :accountId, mailedVersion = :version',
      ConditionExpression: 'attribute_not_exists(mailedVersion) OR mailedVersion < :version',
      ExpressionAttributeNames: { '#type': 'type' },
      ExpressionAttributeValues: {
        ':type': 'account',
        ':workspaceId': workspaceId,
        ':accountId': accountId,
        ':version': version,
      },
    });
  },
});
