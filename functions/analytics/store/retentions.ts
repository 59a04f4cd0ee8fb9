import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import type { Item, Key, Table } from '#shared/table.ts';
import { defaultRetention, Retention, type RetentionDays } from '../domain/retention.ts';

/** How long workspaces keep what is theirs, where they have decided it. */
export interface RetentionStore {
  find(workspaceId: string): Promise<Retention | undefined>;
  /** What a workspace has decided, or else what all have. */
  of(workspaceId: string): Promise<RetentionDays>;
  create(retention: New<Retention>, author: Author): Promise<Retention>;
  /** @throws DomainError `changed_meanwhile` */
  save(retention: Retention, author: Author): Promise<Retention>;
  /** Those of all workspaces, by their ids. @param after the id to go on from (exclusive; the empty text: from the first) */
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
          // No key is empty.
          ExpressionAttributeValues: { ':all': 'RETENTIONS', ':after': after === '' ? ' ' : after },
        },
        limit,
      );
      return items.map((item) => entityOf(Retention, item));
    },
  };
};
