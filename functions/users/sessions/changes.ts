import * as events from '#events/users.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import type { Person } from '../domain/person.ts';
import { Session } from '../domain/session.ts';

/** What a write of a session means to others: that it was ended. */
export const sessionEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofSession(before && entityOf(Session, before), entityOf(Session, after));

const ofSession = (before: Session | undefined, session: Session): DomainEvent[] =>
  session.endedFor === null || before?.endedFor === session.endedFor
    ? []
    : [tell(events.SessionEnded, session, session.id, { reason: session.endedFor, signInId: session.signInId })];

/** The end of all sign-ins of a person. Each round is published on its own: contexts use it to reject access tokens of earlier rounds. */
export const endedSignInEvents = (before: Person, person: Person): DomainEvent[] => {
  const { signInRound: round, keptSignIn: kept, signInsEndedFor: reason } = person;
  if (round === before.signInRound || reason === null) return [];
  return [tell(events.UserSignInsEnded, person, person.id, { reason, round, kept })];
};
