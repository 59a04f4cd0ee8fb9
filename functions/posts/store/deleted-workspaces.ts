import type { Key, Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';

/** Which workspaces are deleted: none of their posts is published any longer. */
export interface DeletedWorkspaceStore {
  /** Records that the workspace is deleted. */
  note(workspaceId: string): Promise<void>;
  hasEnded(workspaceId: string): Promise<boolean>;
}

/** The only item of a deleted workspace that outlasts its erasure. */
export const endingSortKey = 'ENDED';

/** Kept until long after its last post is erased, and every timer has ended. In seconds. */
const keptSeconds = 400 * daySeconds;

const key = (workspaceId: string): Key => ({ pk: workspaceId, sk: endingSortKey });

export const deletedWorkspaceStore = (table: Table): DeletedWorkspaceStore => ({
  async note(workspaceId) {
    await table.put({ ...key(workspaceId), type: 'ending', workspaceId, ttl: timeToLive(table.now(), keptSeconds) });
  },
  hasEnded: async (workspaceId) => (await table.get(key(workspaceId))) !== undefined,
});
