import type { Key, Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';
import { ScarceLimit } from '../domain/x-failure.ts';

/** Limits per account and endpoint that are used up or nearly so, from X's headers. */
export interface LimitStore {
  /** Returns undefined while enough is left, or nothing is known. */
  find(workspaceId: string, accountId: string, endpoint: string): Promise<ScarceLimit | undefined>;
  save(workspaceId: string, accountId: string, endpoint: string, limit: ScarceLimit): Promise<void>;
}

const limitKey = (workspaceId: string, accountId: string, endpoint: string): Key => ({
  pk: workspaceId,
  sk: `LIMIT#${accountId}#${endpoint}`,
});

export const limitStore = (table: Table): LimitStore => ({
  async find(workspaceId, accountId, endpoint) {
    const item = await table.get(limitKey(workspaceId, accountId, endpoint));
    return item && ScarceLimit.parse(item);
  },
  async save(workspaceId, accountId, endpoint, limit) {
    const key = limitKey(workspaceId, accountId, endpoint);
    await table.put({ ...key, type: 'limit', workspaceId, ...limit, ttl: timeToLive(new Date(limit.resetAt), 0) });
  },
});
