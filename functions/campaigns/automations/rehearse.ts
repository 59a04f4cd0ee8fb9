import type { Caller } from '#shared/http/route.ts';
import { runsBetween } from '#shared/recurrence/next-run.ts';
import { dayMs, instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import {
  allSteps,
  automationScheduleUse,
  type Definition,
  heardTypes,
  onceFor,
  standardLimits,
} from '../domain/automation.ts';
import { admit, emptyGate, leave } from '../domain/automation-gate.ts';
import { programOf } from '../domain/automation-program.ts';
import { type KnownEvent, recentDays } from '../domain/known-event.ts';
import type { Listener } from '../store/automations.ts';
import { checkDefinition } from './check-definition.ts';
import { compile } from './listeners.ts';
import { orderOf, Unfillable } from './order-of.ts';

/** Maximum number of events that a rehearsal checks. */
const maxEvents = 1_000;
const maxExamples = 10;

interface Occasion {
  eventId: string | null;
  at: string;
  event: Record<string, unknown>;
}

/**
 * Returns what an automation would have done in the last days, had it been on. Nothing is written.
 * @throws DomainError `invalid_automation`, `invalid_schedule`
 */
export const rehearse = async (
  deps: Pick<Deps, 'recentEvents' | 'content' | 'now' | 'patience'>,
  definition: Definition,
  caller: Caller,
) => {
  await checkDefinition(deps, caller, definition);
  const now = deps.now();
  const type = heardTypes(definition);
  const events = type === undefined ? [] : await deps.recentEvents.latest(caller.workspaceId, type, maxEvents);
  const found = type === undefined ? pastTimes(definition, now) : matching(definition, events.toReversed(), caller);
  const letIn = withinLimits(found, definition);
  return {
    events: events.length,
    since: events.at(-1)?.occurredAt ?? null,
    matches: found.length,
    runs: letIn.length,
    examples: letIn
      .slice(-maxExamples)
      .toReversed()
      .map(({ eventId, at, event }) => ({ eventId, at, steps: plannedSteps(definition, event, now) })),
  };
};

const matching = (definition: Definition, events: readonly KnownEvent[], { personId }: Caller): Occasion[] => {
  const { trigger, condition } = definition;
  const listener: Listener = { automationId: '', liveVersion: 1, trigger, condition, personId };
  const heard = compile([listener]);
  const seen = new Set<string>();
  return events.flatMap((event) => {
    if (heard(event).length === 0) return [];
    const once = onceFor(definition, event.entityId)?.about;
    if (once !== undefined && seen.has(once)) return [];
    if (once !== undefined) seen.add(once);
    return [{ eventId: event.id, at: event.occurredAt, event }];
  });
};

const pastTimes = ({ trigger }: Definition, now: Date): Occasion[] => {
  if (trigger.kind !== 'schedule') return [];
  const since = new Date(instantAfter(now, -recentDays * dayMs));
  const times = runsBetween(trigger.schedule, trigger.timeZone, since, now, automationScheduleUse);
  return times.map((at) => ({ eventId: null, at, event: {} }));
};

/** The occasions that the limits would have admitted, assuming that each run ends immediately. */
const withinLimits = (occasions: readonly Occasion[], { limits = standardLimits }: Definition): Occasion[] => {
  let gate = emptyGate('', '');
  return occasions.filter(({ at }) => {
    const decided = admit(gate, at, limits, new Date(at));
    gate = leave(decided.gate, at, limits).gate;
    return decided.admitted === 'active';
  });
};

/** What each step would have done, with both paths of each branch. */
const plannedSteps = ({ name, condition, steps }: Definition, event: Record<string, unknown>, now: Date) => {
  const named = allSteps(steps).flatMap((step) => ('name' in step && step.name !== undefined ? [step.name] : []));
  const made = Object.fromEntries(named.map((each) => [each, 'pst_00000000000000000000000000']));
  return programOf({ condition, steps }).flatMap((instruction) => {
    if (instruction.do === 'wait') {
      return [{ step: instruction.step, kind: 'wait', detail: JSON.stringify({ minutes: instruction.minutes }) }];
    }
    if (instruction.do !== 'act') return [];
    const { kind } = instruction.action;
    return [
      {
        step: instruction.step,
        kind,
        detail: detailOf(() => orderOf(instruction.action, { event, made }, name, now).step),
      },
    ];
  });
};

const detailOf = (order: () => object): string => {
  try {
    return JSON.stringify(order());
  } catch (error) {
    if (!(error instanceof Unfillable)) throw error;
    return error.message;
  }
};
