import * as events from '#events/users.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { ErasedPerson } from '../domain/erasure.ts';
import type { Person } from '../domain/person.ts';
import { PersonExport } from '../domain/person-export.ts';

/** Events of a write to a person's export. */
export const personExportEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofExport(before && entityOf(PersonExport, before), entityOf(PersonExport, after));

const ofExport = (before: PersonExport | undefined, wanted: PersonExport): DomainEvent[] => {
  const { id, personId, status } = wanted;
  // A new export replaces the previous one.
  if (before?.id !== id) return [tell(events.PersonExportRequested, wanted, id, { personId })];
  return status === 'ready' && before.status !== 'ready'
    ? [tell(events.PersonExportReady, wanted, id, { personId })]
    : [];
};

/** Events of the tombstone of an erased person, when it replaces the person's record. */
export const erasureEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  before?.type === 'person' ? ofErased(entityOf(ErasedPerson, after)) : [];

/** Published only in the workspaces that the person was in. */
const ofErased = (person: ErasedPerson): DomainEvent[] =>
  person.workspaceIds.map((workspaceId) => tell(events.PersonErased, { ...person, workspaceId }, person.id, {}));

/** Events of a requested or cancelled erasure. */
export const askedErasureEvents = (before: Person, person: Person): DomainEvent[] => [
  ...(person.erasure && !before.erasure ? [tell(events.PersonErasureRequested, person, person.id, {})] : []),
  ...(before.erasure && !person.erasure ? [tell(events.PersonErasureCalledOff, person, person.id, {})] : []),
];
