import * as z from 'zod';
import { Actor } from '../actor.ts';
import type { Entity } from '../entity.ts';
import { EventId, WorkspaceId } from '../ids.ts';
import { Instant } from '../time.ts';

export type ContextName = 'users' | 'accounts' | 'campaigns' | 'posts' | 'analytics' | 'platform';

/** What every event says besides its data. `entityVersion` only grows: a projection never steps back. */
const envelope = <Data extends z.ZodType>(schemaVersion: number, data: Data) =>
  z.object({
    id: EventId.meta({ description: 'The same when an event is delivered twice' }),
    // A later version is not taken for this one: it waits in the dead-letter queue for a consumer that knows it.
    schemaVersion: z.literal(schemaVersion),
    workspaceId: WorkspaceId,
    entityId: z.string().max(64),
    entityVersion: z.int().min(1),
    occurredAt: Instant,
    actor: Actor,
    correlationId: z.string().max(128),
    data,
  });

/** One kind of domain event: pattern of the rule, validation, JSON Schema and documentation come from here. */
export interface EventDefinition<Data extends z.ZodType = z.ZodType> {
  readonly source: ContextName;
  readonly type: string;
  readonly schemaVersion: number;
  readonly summary: string;
  readonly data: Data;
  readonly detail: ReturnType<typeof envelope<Data>>;
}

/** An event as its consumers get it. */
export type EventOf<Definition extends EventDefinition> = z.infer<Definition['detail']>;

/** An event before it is sent: the stream's record gives it its id. */
export interface DomainEvent {
  readonly definition: EventDefinition;
  readonly detail: Omit<z.infer<EventDefinition['detail']>, 'id'>;
}

/** Defines an event. `type` is EventBridge's detail-type, such as `post.published`; `source` the context that tells it. */
export const defineEvent = <Data extends z.ZodType>(
  source: ContextName,
  type: string,
  schemaVersion: number,
  summary: string,
  data: Data,
): EventDefinition<Data> => ({ source, type, schemaVersion, summary, data, detail: envelope(schemaVersion, data) });

/** The event that the last write of an entity means: who, when and which version are the entity's own. */
export const tell = <Data extends z.ZodType>(
  definition: EventDefinition<Data>,
  entity: Entity,
  entityId: string,
  data: z.input<Data>,
): DomainEvent => ({
  definition,
  detail: {
    schemaVersion: definition.schemaVersion,
    workspaceId: entity.workspaceId,
    entityId,
    entityVersion: entity.version,
    occurredAt: entity.updatedAt,
    actor: entity.changedBy,
    correlationId: entity.correlationId,
    data,
  },
});
