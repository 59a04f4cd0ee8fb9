import * as events from '#events/users.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { ErasedPerson } from '../domain/erasure.ts';
import type { Person } from '../domain/person.ts';
import { PersonExport } from '../domain/person-export.ts';

/** What a write of a person's export means to others. */
export const personExportEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofExport(before && entityOf(PersonExport, before), entityOf(PersonExport, after));

const ofExport = (before: PersonExport | undefined, wanted: PersonExport): DomainEvent[] => {
  const { id, personId, status } = wanted;
  // Another export takes the place of the one before.
  if (before?.id !== id) return [tell(events.PersonExportRequested, wanted, id, { personId })];
  return status === 'ready' && before.status !== 'ready'
    ? [tell(events.PersonExportReady, wanted, id, { personId })]
    : [];
};

/** What the record that is left of an erased person means to others, when it takes the place of theirs. */
export const erasureEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  before?.type === 'person' ? ofErased(entityOf(ErasedPerson, after)) : [];

/** Published in each workspace that knew the person; the others hear nothing. */
const ofErased = (person: ErasedPerson): DomainEvent[] =>
  person.workspaceIds.map((workspaceId) => tell(events.PersonErased, { ...person, workspaceId }, person.id, {}));

/** A person's erasure, asked for or called off. */
export const askedErasureEvents = (before: Person, person: Person): DomainEvent[] => [
  ...(person.erasure && !before.erasure ? [tell(events.PersonErasureRequested, person, person.id, {})] : []),
  ...(before.erasure && !person.erasure ? [tell(events.PersonErasureCalledOff, person, person.id, {})] : []),
];
