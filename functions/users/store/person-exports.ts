import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';
import { PersonExport } from '../domain/person-export.ts';

export interface PersonExportStore {
  /** Returns the person's latest export. */
  find(personId: string): Promise<PersonExport | undefined>;
  /** Saves the next version, or replaces the latest export. @throws DomainError `changed_meanwhile` */
  save(personExport: PersonExport, author: Author): Promise<PersonExport>;
}

/** One item per person across all workspaces, so that only one of two concurrent requests succeeds. */
const keyOf = (personId: string): Key => ({ pk: `PERSON_EXPORT#${personId}`, sk: 'PERSON_EXPORT' });

export const personExportStore = (table: Table): PersonExportStore => ({
  async find(personId) {
    const item = await table.get(keyOf(personId));
    return item && entityOf(PersonExport, item);
  },
  save: entityWriter(table, (personExport) => ({
    ...personExport,
    ...keyOf(personExport.personId),
    type: 'person_export',
  })),
});
