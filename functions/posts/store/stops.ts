import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import type { Key, Table } from '#shared/table.ts';
import { Stops } from '../domain/stops.ts';

export interface StopStore {
  /** The stops of the workspace, read consistently; undefined if it never had one. */
  find(workspaceId: string): Promise<Stops | undefined>;
  /** @throws DomainError `changed_meanwhile` if they were written since they were read */
  save(stops: New<Stops> | Stops, author: Author): Promise<Stops>;
}

const keyOf = (workspaceId: string): Key => ({ pk: workspaceId, sk: 'STOPS' });

export const stopStore = (table: Table): StopStore => {
  const save = entityWriter<Stops>(table, (stops) => ({ ...stops, ...keyOf(stops.workspaceId), type: 'stops' }));
  return {
    async find(workspaceId) {
      const item = await table.get(keyOf(workspaceId));
      return item && entityOf(Stops, item);
    },
    save: (stops, author) => save('version' in stops ? stops : firstVersion(stops, table.now(), author), author),
  };
};
