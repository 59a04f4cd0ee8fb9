import * as events from '#events/users.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Person } from '../domain/person.ts';

/** Events of a change to a person's credentials. */
export const credentialEvents = (before: Person, person: Person): DomainEvent[] => [
  ...(person.passwordChangedAt !== before.passwordChangedAt
    ? [tell(events.UserPasswordChanged, person, person.id, {})]
    : []),
  ...(person.email !== before.email ? [tell(events.UserEmailChanged, person, person.id, {})] : []),
  ...(person.hasMfa !== before.hasMfa
    ? [tell(events.UserMfaChanged, person, person.id, { hasMfa: person.hasMfa })]
    : []),
];
