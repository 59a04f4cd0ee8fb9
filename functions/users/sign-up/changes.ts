import * as events from '#events/users.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Person } from '../domain/person.ts';

/** Events of a new person. */
export const registrationEvents = (person: Person): DomainEvent[] => [
  tell(events.UserRegistered, person, person.id, { role: person.firstRole }),
];
