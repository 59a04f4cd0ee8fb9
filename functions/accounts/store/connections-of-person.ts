import type { Table } from '#shared/table.ts';

/** Connections that people began: found by the person who began it, in one workspace. */
export const connectionsOf = (table: Pick<Table, 'queryAll' | 'delete'>) => ({
  /** Erases what a person began and did not complete; returns how many. They live ten minutes, so there are few. */
  async erase(workspaceId: string, personId: string): Promise<number> {
    const begun = await table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :connection)',
      ExpressionAttributeValues: { ':workspace': workspaceId, ':connection': 'CONNECTION#' },
    });
    const own = begun.filter((item) => item.personId === personId);
    for (const { pk, sk } of own) await table.delete({ pk: String(pk), sk: String(sk) });
    return own.length;
  },
});
