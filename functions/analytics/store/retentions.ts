import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import type { Item, Key, Table } from '#shared/table.ts';
import { defaultRetention, Retention, type RetentionDays } from '../domain/retention.ts';

/** Retention of workspaces that have set one. */
export interface RetentionStore {
  find(workspaceId: string): Promise<Retention | undefined>;
  /** Returns the retention of a workspace, or the default. */
  of(workspaceId: string): Promise<RetentionDays>;
  create(retention: New<Retention>, author: Author): Promise<Retention>;
  /** @throws DomainError `changed_meanwhile` */
  save(retention: Retention, author: Author): Promise<Retention>;
  /**
   * Returns those of all workspaces, by their ids.
   * @param after the id to continue after (exclusive; empty: from the first)
   */
  next(after: string, limit: number): Promise<Retention[]>;
}

const keyOf = (workspaceId: string): Key => ({ pk: workspaceId, sk: 'RETENTION' });

const itemOf = (retention: Retention): Item & Key => ({
  ...retention,
  ...keyOf(retention.workspaceId),
  ...{ type: 'retention', byDuePk: 'RETENTIONS', byDueSk: retention.workspaceId },
});

export const retentionStore = (table: Table): RetentionStore => {
  const save = entityWriter(table, itemOf);
  const find = async (workspaceId: string): Promise<Retention | undefined> => {
    const item = await table.get(keyOf(workspaceId));
    return item && entityOf(Retention, item);
  };
  return {
    find,
    of: async (workspaceId) => (await find(workspaceId)) ?? defaultRetention,
    create: (retention, author) => save(firstVersion(retention, table.now(), author), author),
    save,
    async next(after, limit) {
      const items = await table.queryFirst(
        {
          IndexName: 'byDue',
          keysOnly: true,
          KeyConditionExpression: 'byDuePk = :all AND byDueSk > :after',
          // DynamoDB has no empty keys; a space sorts before all ids.
          ExpressionAttributeValues: { ':all': 'RETENTIONS', ':after': after === '' ? ' ' : after },
        },
        limit,
      );
      return items.map((item) => entityOf(Retention, item));
    },
  };
};
