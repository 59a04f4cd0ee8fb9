import * as z from 'zod';
import { Actor, Chain } from '../actor.ts';
import type { ContextName } from '../contexts.ts';
import type { Entity } from '../entity.ts';
import { EventId, WorkspaceId } from '../ids.ts';
import { madeOnce } from '../once.ts';
import { Instant } from '../time.ts';

const id = EventId.meta({ description: 'Id of the event; the same when it is delivered again' });

/** The other fields of every event, after `id` and `schemaVersion`. All events share these schemas. */
const fields = {
  workspaceId: WorkspaceId,
  entityId: z.string().max(64).meta({ description: 'Id of the entity that the event is about' }),
  entityVersion: z
    .int()
    .min(1)
    .meta({
      description:
        'Version after the change; it never decreases, so that late events can be recognised. Different events can share ' +
        'a version, such as all `feed.item_found` of a feed and all `hook.received` of a hook. Some event types count ' +
        'separately from the other events of the entity: `account.posts_waiting`, `alert.raised` (for each person), ' +
        '`attempt.refused`, `automation.loop_stopped`, `automations.*`, `campaign.budget_warning`, `goal.*`, ' +
        '`insight.found`, `member.*`, `ownership.transferred`, `post.metrics_updated`, `posting_rules.changed`, ' +
        '`publishing.*`, `queue.changed` and `retention.changed`',
    }),
  occurredAt: Instant,
  actor: Actor.meta({
    description: 'Who made the change: a person, a service account, an automation or the platform itself (`system`)',
  }),
  correlationId: z.string().max(128).meta({
    description: 'Id of the request or workflow that caused the change, as in the response to it and in logs',
  }),
  chain: Chain.default([]),
};

const envelope = <Data extends z.ZodType>(schemaVersion: number, data: Data) =>
  // An event of a later version fails to parse and waits in the dead-letter queue until the consumer supports it.
  z.object({ id, schemaVersion: z.literal(schemaVersion), ...fields, data });

/** A type of domain event. Rule pattern, validation, JSON Schema and documentation are derived from it. */
export interface EventDefinition<Data extends z.ZodType = z.ZodType> {
  readonly source: ContextName;
  readonly type: string;
  readonly schemaVersion: number;
  /** One or two sentences for subscribers; the description in its JSON Schema. */
  readonly summary: string;
  readonly data: Data;
  readonly detail: ReturnType<typeof envelope<Data>>;
}

/** An event as consumers receive it. */
export type EventOf<Definition extends EventDefinition> = z.infer<Definition['detail']>;

/** An event before it is published. Its id is derived from the stream record. */
export interface DomainEvent {
  readonly definition: EventDefinition;
  readonly detail: Omit<z.input<EventDefinition['detail']>, 'id'>;
}

/**
 * Defines an event. `type` is EventBridge's detail-type, such as `post.published`; `source` the publishing context.
 * Schemas are created on first use, because most processes use few of the events that they load.
 */
export const defineEvent = <Data extends z.ZodType>(
  source: ContextName,
  type: string,
  schemaVersion: number,
  summary: string,
  data: () => Data,
): EventDefinition<Data> => {
  const schemas = madeOnce(() => {
    const schema = data();
    return { data: schema, detail: envelope(schemaVersion, schema) };
  });
  return {
    source,
    type,
    schemaVersion,
    summary,
    get data() {
      return schemas().data;
    },
    get detail() {
      return schemas().detail;
    },
  };
};

/** Creates the event for the last write of an entity, with the entity's actor, time and version. */
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
    chain: entity.chain,
    data,
  },
});
