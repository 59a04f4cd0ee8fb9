import type { EventDefinition, EventOf } from './event.ts';

/** How an event came. */
export interface Delivered {
  /** It comes again from the archive, to bring projections up to date: nothing is to be done about it a second time. */
  isReplay: boolean;
}

/** What a context does when it hears an event. Deliveries repeat and reorder: every write is guarded by a version. */
export interface Subscription {
  readonly definition: EventDefinition;
  readonly handle: (detail: unknown, delivered: Delivered) => Promise<void>;
}

/**
 * Keeps what an event says. The handler gets it validated. It must bear to hear it twice and to hear an older one later:
 * a projection is written under the condition that its version is older, an effect under the event's id.
 */
export const on = <Definition extends EventDefinition>(
  definition: Definition,
  handle: (event: EventOf<Definition>, delivered: Delivered) => Promise<void>,
): Subscription => ({
  definition,
  // The definition's own schema has just parsed it, so this is its type.
  handle: async (detail, delivered) => handle(definition.detail.parse(detail) as EventOf<Definition>, delivered),
});

/** Does something about an event: sends, schedules, stops. A replay leaves it alone. */
export const reactTo = <Definition extends EventDefinition>(
  definition: Definition,
  handle: (event: EventOf<Definition>) => Promise<void>,
): Subscription =>
  on(definition, async (event, { isReplay }) => {
    if (!isReplay) await handle(event);
  });

/** Names of replays that are to be acted on, too (EventBridge: `replay-name` of a replayed event). */
export const actingReplayPrefix = 'acting-';

/** Whether an event of that replay is only to be kept. @param replayName as EventBridge has put it there; live events have none */
export const isOnlyKept = (replayName: string | undefined): boolean =>
  replayName !== undefined && !replayName.startsWith(actingReplayPrefix);
