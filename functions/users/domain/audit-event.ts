import * as z from 'zod';
import { Actor } from '#shared/actor.ts';
import type { EventDefinition, EventOf } from '#shared/events/event.ts';
import { EventId } from '#shared/ids.ts';
import { personal } from '#shared/privacy/personal-data.ts';
import { Instant } from '#shared/time.ts';

/**
 * An event of a workspace, as published. Events contain no secrets and identify people only by id; events of campaigns
 * and reports contain their names.
 */
export const AuditEvent = z
  .object({
    id: EventId,
    eventType: z.string().meta({ description: 'Type of the event, such as `post.approved`' }),
    entityId: z.string().meta({ description: 'Id of what the event is about' }),
    entityVersion: z.int().meta({ description: 'Version of the entity after the event' }),
    actor: Actor,
    occurredAt: Instant,
    correlationId: z.string().meta({ description: 'Correlation id of the request or workflow that caused the event' }),
    network: personal(
      z
        .string()
        .nullable()
        .meta({ description: 'Network of the request, in CIDR notation; null if the event does not record it' }),
      { why: 'to prove who did what, and from where', keptFor: 'as long as the workspace keeps its audit trail' },
    ),
    outcome: z.enum(['done', 'refused', 'failed']).meta({
      description: '`done`: it happened; `refused`: the attempt was denied; `failed`: it failed or was missed',
    }),
    data: z.record(z.string(), z.unknown()).meta({ description: 'Data of the event; its fields depend on the type' }),
  })
  .meta({ id: 'AuditEvent' });
export type AuditEvent = z.infer<typeof AuditEvent>;

/** Returns the audit event of an event. Times are normalized, because the trail is queried by them. */
export const auditEventOf = ({ type }: EventDefinition, event: EventOf<EventDefinition>): AuditEvent =>
  AuditEvent.parse({
    ...event,
    eventType: type,
    occurredAt: new Date(event.occurredAt).toISOString(),
    network: Networked.safeParse(event.data).data?.network ?? null,
    outcome: outcomeOf(type),
  });

const Networked = z.object({ network: z.string() });

/** Events that end in `refused`, `failed` or `missed` did not succeed; all others did. */
const outcomeOf = (type: string): AuditEvent['outcome'] => {
  if (type.endsWith('.refused')) return 'refused';
  return /\.(failed|missed)$/.test(type) ? 'failed' : 'done';
};
