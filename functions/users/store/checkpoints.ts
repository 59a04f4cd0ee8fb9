import { entityOf } from '#shared/entities.ts';
import { isNew, type Key, type Table } from '#shared/table.ts';
import { SignedCheckpoint } from '../domain/checkpoint.ts';

export interface CheckpointStore {
  /** Oldest first; there are twelve a year. */
  list(workspaceId: string): Promise<SignedCheckpoint[]>;
  /** Saves a checkpoint, unless there is one of the same month. */
  keep(signed: SignedCheckpoint): Promise<void>;
  /** Returns the month of the checkpoint that replaces all earlier rows, which may have been removed. */
  startMonth(workspaceId: string): Promise<string | undefined>;
  startAt(workspaceId: string, month: string): Promise<void>;
}

const pkOf = (workspaceId: string): string => `${workspaceId}#AUDIT`;
const startKey = (workspaceId: string): Key => ({ pk: pkOf(workspaceId), sk: 'START' });

/** Checkpoints are stored in the partition of their chain. */
export const checkpointStore = (table: Table): CheckpointStore => ({
  async list(workspaceId) {
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :checkpoints)',
      ExpressionAttributeValues: { ':pk': pkOf(workspaceId), ':checkpoints': 'CHECKPOINT#' },
      ConsistentRead: true,
    });
    return items.map((item) => entityOf(SignedCheckpoint, item));
  },
  async keep(signed) {
    const { workspaceId, month } = signed.checkpoint;
    const key = { pk: pkOf(workspaceId), sk: `CHECKPOINT#${month}` };
    await table.put({ ...signed, ...key, type: 'audit_checkpoint' }, isNew);
  },
  async startMonth(workspaceId) {
    const month = (await table.get(startKey(workspaceId)))?.month;
    return typeof month === 'string' ? month : undefined;
  },
  async startAt(workspaceId, month) {
    await table.put({ ...startKey(workspaceId), type: 'audit_start', month });
  },
});
