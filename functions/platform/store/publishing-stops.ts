import { newerThan } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';

/** Whether publishing is stopped in a workspace, from the events of posts. */
export interface PublishingStopStore {
  isStopped(workspaceId: string): Promise<boolean>;
  /** Ignores events older than the stored one. */
  learn(workspaceId: string, entityVersion: number, isStopped: boolean): Promise<void>;
}

const keyOf = (workspaceId: string): Key => ({ pk: workspaceId, sk: 'STOP' });

export const publishingStopStore = (table: Pick<Table, 'get' | 'put'>): PublishingStopStore => ({
  isStopped: async (workspaceId) => (await table.get(keyOf(workspaceId)))?.isStopped === true,
  async learn(workspaceId, entityVersion, isStopped) {
    await table.put({ ...keyOf(workspaceId), type: 'stop', entityVersion, isStopped }, newerThan(entityVersion));
  },
});
