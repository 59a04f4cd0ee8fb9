import * as events from '#events/users.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Person } from '../domain/person.ts';

/** Events of signing in and out. */
export const signInEvents = (before: Person, person: Person): DomainEvent[] => [
  ...(person.lastSignInAt !== before.lastSignInAt
    ? [tell(events.UserLogin, person, person.id, { network: person.lastNetwork })]
    : []),
  ...(person.lastSignOutAt !== before.lastSignOutAt ? [tell(events.UserLogout, person, person.id, {})] : []),
];
