import type { Author } from '#shared/actor.ts';
import { entityWriter, lostUpdate, nextVersion, stillAt } from '#shared/entities.ts';
import type { Item, Table } from '#shared/table.ts';
import type { ErasedPerson, ErasureReport } from '../domain/erasure.ts';
import type { Person } from '../domain/person.ts';
import { toAddress } from './addresses.ts';
import { placeOfFailures } from './failed-sign-ins.ts';
import { preferencesKey } from './mail-preferences.ts';
import { personItem, personKey } from './people.ts';
import { placeOfNetworks } from './security.ts';
import { signUpStore } from './sign-ups.ts';

/** Erases a person's data. Each step can be repeated, and continues where the previous one stopped. */
export interface ErasureStore {
  /** Saves that a person's erasure was requested or cancelled. @throws DomainError `changed_meanwhile` */
  save(person: Person, author: Author): Promise<Person>;
  /**
   * Erases the preferences, sign-ups, invitations and emails of an address; returns how many invitations and emails.
   */
  eraseAddress(email: string): Promise<number>;
  /**
   * Erases what is stored next to the person's record; returns the number of sessions, email changes and enrolments.
   */
  eraseBeside(subject: string): Promise<number>;
  /**
   * Erases the networks that a person was seen from in a workspace, and their failed sign-ins; returns how many items.
   */
  eraseNetworks(workspaceId: string, personId: string): Promise<number>;
  /** Replaces the person with a tombstone. @throws DomainError `changed_meanwhile` */
  writeTombstone: (person: Person, report: ErasureReport, author: Author) => Promise<void>;
}

/** Items per batch, and most batches per step: far more than the emails a person gets in 90 days. */
const itemsAtATime = 100;
const maxRounds = 50;

const tombstone = (person: ErasedPerson): Item => ({ ...person, type: 'erased_person' });

export const erasureStore = (table: Table): ErasureStore => {
  /** Deletes what a query finds until it finds nothing more; returns the number of items. */
  const eraseFound = async (find: () => Promise<Item[]>): Promise<number> => {
    let erased = 0;
    for (let round = 0; round < maxRounds; round += 1) {
      const found = await find();
      if (found.length === 0) return erased;
      await Promise.all(found.map(({ pk, sk }) => table.delete({ pk: String(pk), sk: String(sk) })));
      erased += found.length;
    }
    throw new Error('More is to be erased than one step can');
  };
  const beginningWith = (pk: string, prefix: string) => () =>
    table.queryFirst(
      {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
        ConsistentRead: true,
      },
      itemsAtATime,
    );
  return {
    save: entityWriter(table, personItem),
    async eraseAddress(email) {
      await table.delete(preferencesKey(email));
      await signUpStore(table).forget(email);
      return eraseFound(() => table.queryFirst(toAddress(email), itemsAtATime));
    },
    async eraseBeside(subject) {
      const { pk } = personKey(subject);
      await eraseFound(beginningWith(pk, 'COUNT#'));
      let erased = 0;
      for (const kind of ['EMAIL_CHANGE', 'TOTP_ENROLMENT', 'SESSION#']) {
        erased += await eraseFound(beginningWith(pk, kind));
      }
      return erased;
    },
    async eraseNetworks(workspaceId, personId) {
      const places = [placeOfNetworks(workspaceId, personId), placeOfFailures(workspaceId, personId)];
      const erased = await Promise.all(places.map(({ pk, prefix }) => eraseFound(beginningWith(pk, prefix))));
      return erased.reduce((sum, some) => sum + some, 0);
    },
    async writeTombstone(person, report, author) {
      const { erasure, subject } = person;
      if (!erasure) throw new Error('Nobody wants this person erased');
      const { id, workspaceId, version, createdAt, updatedAt, changedBy, correlationId } = person;
      const kept = { id, workspaceId, version, createdAt, updatedAt, changedBy, correlationId, subject };
      const next = nextVersion({ ...kept, ...erasure, report }, table.now(), author);
      const written = await table.put({ ...tombstone(next), ...personKey(subject) }, stillAt(version));
      if (!written) throw lostUpdate();
    },
  };
};
