import * as events from '#events/users.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { SecurityEvent } from '../domain/security-event.ts';

/** Events of a write to a security event: a new one is an alert. */
export const securityEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  before ? [] : [alert(entityOf(SecurityEvent, after))];

const alert = (event: SecurityEvent): DomainEvent => {
  const { id, kind, severity, personId, network } = event;
  return tell(events.SecurityAlert, event, id, { kind, severity, personId, network });
};
