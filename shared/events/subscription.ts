import type { EventDefinition, EventOf } from './event.ts';

/** What a context does when it hears an event. Deliveries repeat and reorder: every write is guarded by a version. */
export interface Subscription {
  readonly definition: EventDefinition;
  readonly handle: (detail: unknown) => Promise<void>;
}

/**
 * Listens to an event. The handler gets it validated. It must bear to hear it twice and to hear an older one later:
 * a projection is written under the condition that its version is older, an effect under the event's id.
 */
export const on = <Definition extends EventDefinition>(
  definition: Definition,
  handle: (event: EventOf<Definition>) => Promise<void>,
): Subscription => ({
  definition,
  // The definition's own schema has just parsed it, so this is its type.
  handle: async (detail) => handle(definition.detail.parse(detail) as EventOf<Definition>),
});
