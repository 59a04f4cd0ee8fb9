import * as events from '#events/users.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import type { Person } from '../domain/person.ts';
import { Session } from '../domain/session.ts';

/** Events of a write to a session: that it ended. */
export const sessionEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofSession(before && entityOf(Session, before), entityOf(Session, after));

const ofSession = (before: Session | undefined, session: Session): DomainEvent[] =>
  session.endedFor === null || before?.endedFor === session.endedFor
    ? []
    : [tell(events.SessionEnded, session, session.id, { reason: session.endedFor, signInId: session.signInId })];

/**
 * Events of ending all sign-ins of a person. Every round is published, because contexts use it to reject access tokens
 * of earlier rounds.
 */
export const endedSignInEvents = (before: Person, person: Person): DomainEvent[] => {
  const { signInRound: round, keptSignIn: kept, signInsEndedFor: reason } = person;
  if (round === before.signInRound || reason === null) return [];
  return [tell(events.UserSignInsEnded, person, person.id, { reason, round, kept })];
};
