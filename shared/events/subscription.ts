import type { EventDefinition, EventOf } from './event.ts';

/** How an event was delivered. */
export interface Delivered {
  /** Replayed from the archive to update projections; it must not trigger effects again. */
  isReplay: boolean;
}

/** What a context does on an event. Deliveries repeat and arrive out of order: every write is guarded by a version. */
export interface Subscription {
  readonly definition: EventDefinition;
  readonly handle: (detail: unknown, delivered: Delivered) => Promise<void>;
}

/**
 * Updates a projection from an event. The handler receives it validated, and must tolerate repeated and late events:
 * write a projection on condition that its version is older, an effect under the event's id.
 */
export const on = <Definition extends EventDefinition>(
  definition: Definition,
  handle: (event: EventOf<Definition>, delivered: Delivered) => Promise<void>,
): Subscription => ({
  definition,
  // The definition's own schema has just parsed it.
  handle: async (detail, delivered) => handle(definition.detail.parse(detail) as EventOf<Definition>, delivered),
});

/** Acts on an event: sends, schedules, stops. Skipped during a replay. */
export const reactTo = <Definition extends EventDefinition>(
  definition: Definition,
  handle: (event: EventOf<Definition>) => Promise<void>,
): Subscription =>
  on(definition, async (event, { isReplay }) => {
    if (!isReplay) await handle(event);
  });

/** Prefix of the names of replays that trigger effects too (EventBridge: `replay-name` of a replayed event). */
export const actingReplayPrefix = 'acting-';

/** Whether a replay only updates projections. @param replayName as set by EventBridge; undefined for live events */
export const isOnlyKept = (replayName: string | undefined): boolean =>
  replayName !== undefined && !replayName.startsWith(actingReplayPrefix);
