import { heardTypes } from '../domain/automation.ts';
import type { KnownEvent } from '../domain/known-event.ts';
import { matches } from '../domain/match-pattern.ts';
import { parsePattern } from '../domain/parse-pattern.ts';
import { patternIndex } from '../domain/pattern-index.ts';
import type { AutomationStore, Listener } from '../store/automations.ts';

/** Finds the automations that an event triggers. */
export type Heard = (event: KnownEvent) => Listener[];

/** Maximum number of workspaces whose compiled automations a function instance caches (LRU). */
const maxKept = 200;

/**
 * Caches the compiled automations of workspaces. They are read again only after a change, so that an event costs one
 * small read, however many automations there are.
 */
export const listenersOf = (automations: Pick<AutomationStore, 'turn' | 'listeners'>) => {
  const kept = new Map<string, { turn: number; heard: Heard }>();
  return async (workspaceId: string): Promise<Heard | undefined> => {
    const turn = await automations.turn(workspaceId);
    if (turn === 0) return undefined;
    const known = kept.get(workspaceId);
    // If automations change between the two reads, the next event sees a newer turn and reads them again.
    const current = known?.turn === turn ? known : { turn, heard: compile(await automations.listeners(workspaceId)) };
    kept.delete(workspaceId);
    kept.set(workspaceId, current);
    const [oldest] = kept.keys();
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
    return current.heard;
  };
};

/** Compiles automations into indexes: first by event type, then by exact values that their patterns require. */
export const compile = (listeners: readonly Listener[]): Heard => {
  const byType = Map.groupBy(listeners, (listener) => heardTypes(listener));
  const indexes = new Map(
    [...byType].map(([type, those]) => [
      type,
      patternIndex(those.map((of) => ({ pattern: patternOf(of), of: { listener: of, holds: restOf(of) } }))),
    ]),
  );
  return (event) =>
    (indexes.get(event.type)?.(event) ?? []).flatMap(({ listener, holds }) => (holds(event) ? [listener] : []));
};

const patternOf = ({ trigger }: Listener) =>
  trigger.kind !== 'schedule' && trigger.pattern !== null ? parsePattern(trigger.pattern) : undefined;

/** The remaining tests besides the trigger's pattern. The run itself reads the metrics of the condition. */
const restOf = ({ trigger, condition }: Listener): ((event: KnownEvent) => boolean) => {
  const pattern = condition?.pattern ? parsePattern(condition.pattern) : undefined;
  return (event) => {
    if (pattern && !matches(pattern, event)) return false;
    if (trigger.kind !== 'metric' && trigger.kind !== 'account_metric') return true;
    const metrics = event.data['metrics'] as Record<string, unknown> | undefined;
    const value = metrics?.[trigger.metric];
    return typeof value === 'number' && value >= trigger.atLeast;
  };
};
