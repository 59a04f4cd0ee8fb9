import { heardTypes } from '../domain/automation.ts';
import type { KnownEvent } from '../domain/known-event.ts';
import { matches } from '../domain/match-pattern.ts';
import { parsePattern } from '../domain/parse-pattern.ts';
import { patternIndex } from '../domain/pattern-index.ts';
import type { AutomationStore, Listener } from '../store/automations.ts';

/** Finds the automations that an event sets off. */
export type Heard = (event: KnownEvent) => Listener[];

/** Workspaces whose automations a function keeps compiled: those that are busy stay. */
const maxKept = 200;

/**
 * The automations of a workspace, compiled. They are read again when one of them has changed: an event costs one small
 * read, however many automations there are.
 */
export const listenersOf = (automations: Pick<AutomationStore, 'turn' | 'listeners'>) => {
  const kept = new Map<string, { turn: number; heard: Heard }>();
  return async (workspaceId: string): Promise<Heard | undefined> => {
    const turn = await automations.turn(workspaceId);
    if (turn === 0) return undefined;
    const known = kept.get(workspaceId);
    // A turn that is newer than what is read is met by reading again at the next event.
    const current = known?.turn === turn ? known : { turn, heard: compile(await automations.listeners(workspaceId)) };
    kept.delete(workspaceId);
    kept.set(workspaceId, current);
    const [oldest] = kept.keys();
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
    return current.heard;
  };
};

/** Compiles automations: by the type of the event first, then by exact values that their patterns demand. */
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

/** What must hold besides the trigger's own pattern. Metrics of the condition are read by the run. */
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
