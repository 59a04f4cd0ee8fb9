import * as z from 'zod';
import { Actor } from '../../../shared/actor.ts';
import type { EventDefinition, EventOf } from '../../../shared/events/event.ts';
import { EventId } from '../../../shared/ids.ts';
import { Instant } from '../../../shared/time.ts';

/** One thing that happened in a workspace: an event as it was told. Events hold no secrets and no personal data. */
export const AuditEvent = z
  .object({
    id: EventId,
    eventType: z.string(),
    entityId: z.string(),
    entityVersion: z.int(),
    actor: Actor,
    occurredAt: Instant,
    correlationId: z.string(),
    data: z.record(z.string(), z.unknown()).meta({ description: 'What the event said' }),
  })
  .meta({ id: 'AuditEvent' });
export type AuditEvent = z.infer<typeof AuditEvent>;

/** The audit event of an event. Instants are brought into one form, since the trail is sorted by it. */
export const auditEventOf = ({ type }: EventDefinition, event: EventOf<EventDefinition>): AuditEvent =>
  AuditEvent.parse({ ...event, eventType: type, occurredAt: new Date(event.occurredAt).toISOString() });
