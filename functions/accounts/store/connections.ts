import { isNew, type Key, type Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';
import { Connection, consentSeconds } from '../domain/connection.ts';

export interface ConnectionStore {
  begin(connection: Connection): Promise<void>;
  /**
   * Marks a connection as used. Undefined when this person has no such connection in this workspace, or it was used or
   * has expired.
   */
  use(workspaceId: string, personId: string, stateHash: string): Promise<Connection | undefined>;
}

const connectionKey = (workspaceId: string, stateHash: string): Key => ({
  pk: workspaceId,
  sk: `CONNECTION#${stateHash}`,
});

export const connectionStore = (table: Table): ConnectionStore => ({
  async begin(connection) {
    const key = connectionKey(connection.workspaceId, connection.stateHash);
    const ttl = timeToLive(table.now(), consentSeconds);
    await table.put({ ...connection, ...key, type: 'connection', ttl }, isNew);
  },
  async use(workspaceId, personId, stateHash) {
    const used = await table.update(connectionKey(workspaceId, stateHash), {
      UpdateExpression: 'SET usedAt = :now',
      // A missing item has no person, so the condition fails for it too.
      ConditionExpression: 'personId = :person AND expiresAt > :now AND attribute_not_exists(usedAt)',
      ExpressionAttributeValues: { ':person': personId, ':now': table.now().toISOString() },
    });
    return used && Connection.parse(used);
  },
});
