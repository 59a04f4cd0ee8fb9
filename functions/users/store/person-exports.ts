import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';
import { PersonExport } from '../domain/person-export.ts';

export interface PersonExportStore {
  /** The person's latest. */
  find(personId: string): Promise<PersonExport | undefined>;
  /** Writes the next version, or replaces the latest export with another. @throws DomainError `changed_meanwhile` */
  save(personExport: PersonExport, author: Author): Promise<PersonExport>;
}

/** One item a person, whatever workspace they are in: who asks twice at the same time is refused once. */
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
