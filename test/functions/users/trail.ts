import type { Deps } from '#functions/users/deps.ts';
import type { AuditRow } from '#functions/users/domain/audit-chain.ts';
import type { Item, Key, Table } from '#shared/table.ts';

/** The rows of a workspace's trail, in order. */
export const rowsOf = async ({ audit }: Pick<Deps, 'audit'>, workspaceId: string): Promise<AuditRow[]> => {
  const rows = [];
  for await (const row of audit.rows(workspaceId, 0)) rows.push(row);
  return rows;
};

const rowKey = (workspaceId: string, sequence: number): Key => ({
  pk: `${workspaceId}#AUDIT`,
  sk: `EVENT#${String(sequence).padStart(12, '0')}`,
});

/** Changes a row of the trail past its store, as somebody with the keys of the table could. */
export const alter = async (table: Table, workspaceId: string, sequence: number, change: Item): Promise<void> => {
  const key = rowKey(workspaceId, sequence);
  await table.put({ ...(await table.get(key)), ...key, ...change });
};

/** Deletes rows of the trail past its store. */
export const cutOut = async (table: Table, workspaceId: string, ...sequences: readonly number[]): Promise<void> => {
  for (const sequence of sequences) await table.delete(rowKey(workspaceId, sequence));
};

/** Appends with `write` and then restores the head, so that the new rows lie behind the end. */
export const behindTheEnd = async (table: Table, workspaceId: string, write: () => Promise<unknown>): Promise<void> => {
  const key = { pk: `${workspaceId}#AUDIT`, sk: 'HEAD' };
  const head = await table.get(key);
  await write();
  await table.put({ ...head, ...key });
};
