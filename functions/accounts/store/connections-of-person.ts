import type { Table } from '#shared/table.ts';

/** Connections that people started, found by person within a workspace. */
export const connectionsOf = (table: Pick<Table, 'queryAll' | 'delete'>) => ({
  /** Erases a person's uncompleted connections; returns how many. They expire after ten minutes, so there are few. */
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
