import type { AutomationOrder, ReadMetricsStep, StepOutcome } from '#events/automation-steps.ts';
import { PostId } from '#shared/ids.ts';
import { instantAfter, minuteMs } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import type { AutomationVersion } from '../domain/automation.ts';
import { type Instruction, programOf } from '../domain/automation-program.ts';
import {
  actMs,
  type AutomationRun,
  cancelled,
  endRun,
  isActing,
  isOpen,
  notAfterOf,
  switchedOff,
  type TakenStep,
} from '../domain/automation-run.ts';
import type { Condition } from '../domain/automation-step.ts';
import { isWithin, matches } from '../domain/match-pattern.ts';
import { parsePattern } from '../domain/parse-pattern.ts';
import { automationAuthor } from './begin-run.ts';
import { endRunAt } from './end-run.ts';
import { type Order as StepOrder, orderOf, Unfillable } from './order-of.ts';

/**
 * Outcome of the previous step. `begun`, `awake` and `fault` are not the step's own answer: the run begins, a wait is
 * over, or the step failed permanently.
 */
export type Met = StepOutcome | { outcome: 'begun' | 'awake' | 'fault' };

/** What the workflow does next. */
export type Next =
  | { outcome: 'ended' }
  | { outcome: 'wait'; until: string }
  | {
      outcome: 'posts' | 'users' | 'platform' | 'campaigns' | 'analytics';
      order: AutomationOrder;
      step: unknown;
    };

type Needed = Pick<Deps, 'automations' | 'runs' | 'now'>;

/** Maximum number of attempts of a step that began too late. */
const maxTries = 3;

interface Asked {
  workspaceId: string;
  runId: string;
  met: Met;
  /** The step that `met` is about; null at the beginning. */
  metStep: string | null;
}

/**
 * Records the outcome of a step and returns what is next. A step begins only by a write that is conditional on the
 * automation being on, so that whoever switches it off can then see which steps are still in progress. Idempotent.
 */
export const advance = async (
  deps: Needed,
  { workspaceId, runId, met, metStep }: Asked,
  execution: string,
): Promise<Next> => {
  const run = await deps.runs.find(workspaceId, runId);
  if (!run || !isOpen(run) || run.status === 'queued') return { outcome: 'ended' };
  if (run.execution !== null && run.execution !== execution) return { outcome: 'ended' };
  const version = await deps.automations.version(workspaceId, run.automationId, run.automationVersion);
  if (!version) return stop(deps, run, 'failed', gone);
  const progress = await recorded(deps, { ...run, execution }, met, metStep);
  if ('outcome' in progress) return progress;
  if (progress.isCancelled) return stop(deps, progress, 'cancelled', cancelled);
  return follow(deps, progress, version);
};

const gone = { code: 'automation_gone', message: 'The automation, or this version of it, no longer exists.' };

const stop = async (
  deps: Needed,
  run: AutomationRun,
  status: 'done' | 'failed' | 'stopped' | 'cancelled',
  end: AutomationRun['end'],
): Promise<Next> => {
  await endRunAt(deps, endRun(run, status, deps.now(), end));
  return { outcome: 'ended' };
};

/** Records the outcome of the current step in the run, or returns what to do instead. */
const recorded = async (
  deps: Needed,
  run: AutomationRun,
  said: Met,
  saidOf: string | null,
): Promise<AutomationRun | Next> => {
  const { acting } = run;
  if (!acting) return run;
  const met: Met = acting.hasFailed ? { outcome: 'fault' } : said;
  if (!acting.hasFailed && acting.step !== saidOf) return run;
  if (met.outcome === 'begun' || met.outcome === 'awake') return run;
  // A call whose response was lost may still be running: the run stays open until it can have no further effect.
  if (met.outcome === 'fault' && isActing(run, deps.now())) {
    const failed = { ...run, acting: { ...acting, hasFailed: true } };
    return keep(deps, failed, { outcome: 'wait', until: acting.until });
  }
  const at = deps.now().toISOString();
  const taken: TakenStep = {
    ...{ step: acting.step, kind: acting.kind, at, outcome: met.outcome },
    made: met.outcome === 'done' ? met.made : null,
    code: met.outcome === 'refused' ? met.code : null,
    message: 'message' in met ? met.message : null,
  };
  const steps = [...run.steps, taken];
  if (met.outcome === 'done') {
    const name = acting.name;
    const made = name !== undefined && met.made ? { ...run.made, [name]: met.made.id } : run.made;
    return { ...run, steps, made, facts: met.facts ?? run.facts, acting: null, cursor: run.cursor + 1 };
  }
  const tries = steps.filter(({ step, outcome }) => step === acting.step && outcome === 'too_late').length;
  if (met.outcome === 'too_late' && tries < maxTries) return { ...run, steps, acting: null };
  const end =
    met.outcome === 'refused'
      ? { code: met.code, message: met.message }
      : { code: `step_${met.outcome}`, message: `Step ${acting.step} could not be carried out.` };
  return stop(deps, { ...run, steps, acting: null }, 'failed', end);
};

/** Follows the instructions up to one that needs another context or a wait. */
const follow = async (deps: Needed, start: AutomationRun, { definition }: AutomationVersion): Promise<Next> => {
  const program = programOf(definition);
  let run = start;
  for (;;) {
    const instruction = program[run.cursor] ?? { do: 'end' };
    switch (instruction.do) {
      case 'end':
        return stop(deps, run, 'done', null);
      case 'goTo':
        run = { ...run, cursor: instruction.to };
        break;
      case 'unless':
        run = { ...run, cursor: holds(instruction.condition, run) ? run.cursor + 1 : instruction.to };
        break;
      case 'wait':
        if (run.wakesAt === null) return sleepUntil(deps, run, instruction.minutes);
        if (run.wakesAt > deps.now().toISOString()) return keep(deps, run, { outcome: 'wait', until: run.wakesAt });
        run = { ...awake(run, instruction.step, deps.now()), cursor: run.cursor + 1 };
        break;
      case 'readMetrics': {
        const known = metricsIn(run);
        if (!known) return act(deps, run, instruction, definition.name);
        run = { ...run, facts: known, cursor: run.cursor + 1 };
        break;
      }
      case 'act':
        return act(deps, run, instruction, definition.name);
    }
  }
};

/** Begins a wait only if the automation is on, like any other step, so that no run waits for days before it stops. */
const sleepUntil = async (deps: Needed, run: AutomationRun, minutes: number): Promise<Next> => {
  const until = instantAfter(deps.now(), minutes * minuteMs);
  const begun = await deps.runs.letAct({ ...run, status: 'waiting', wakesAt: until }, authorOf(run));
  return begun ? { outcome: 'wait', until } : refused(deps, run);
};

/** The run after a wait, without metrics, which are outdated by then. */
const awake = (run: AutomationRun, step: string, now: Date): AutomationRun => {
  const waited = { step, kind: 'wait', at: now.toISOString(), outcome: 'done' as const };
  return {
    ...run,
    ...{ wakesAt: null, status: 'running', facts: null },
    steps: [...run.steps, { ...waited, made: null, code: null, message: null }],
  };
};

/** @throws Error if the run was written meanwhile; the workflow retries */
const keep = async ({ runs }: Needed, run: AutomationRun, next: Next): Promise<Next> => {
  if (await runs.save(run, authorOf(run))) return next;
  throw new Error('The run was written at the same time.');
};

const authorOf = (run: AutomationRun) => automationAuthor(run.automationId, run.chainOfRun, run.correlationId);

/** The metrics in the event itself, which are current as long as no step was carried out. */
const metricsIn = (run: AutomationRun): AutomationRun['facts'] | undefined => {
  const metrics = run.event.type === 'post.metrics_updated' && (run.event.data as { metrics?: unknown }).metrics;
  const hasWaited = run.steps.length > 0 || run.facts !== null;
  return typeof metrics === 'object' && metrics !== null && !hasWaited
    ? (metrics as Record<string, number | null>)
    : undefined;
};

const holds = ({ pattern, metrics }: Condition, { event, facts }: AutomationRun): boolean =>
  (pattern === null || matches(parsePattern(pattern), event)) &&
  metrics.every((comparison) => {
    const known = facts?.[comparison.metric];
    return typeof known === 'number' && isWithin(comparison, known);
  });

type Order = StepOrder | { at: 'analytics'; step: ReadMetricsStep };

type Acting = Extract<Instruction, { do: 'act' | 'readMetrics' }>;

/** Begins the step, if the automation is still on. */
const act = async (deps: Needed, run: AutomationRun, instruction: Acting, automationName: string): Promise<Next> => {
  const { runs, now } = deps;
  let order: Order;
  try {
    order = instruction.do === 'act' ? orderOf(instruction.action, run, automationName, now()) : readMetrics(run);
  } catch (error) {
    if (!(error instanceof Unfillable)) throw error;
    return stop(deps, run, 'failed', { code: 'value_missing', message: `Step ${instruction.step}: ${error.message}` });
  }
  // A retry of a step that has begun gets no more time.
  const until = run.acting?.step === instruction.step ? run.acting.until : instantAfter(now(), actMs);
  const name = instruction.do === 'act' && 'name' in instruction.action ? instruction.action.name : undefined;
  const acting = {
    ...{ step: instruction.step, kind: order.step.kind, until, hasFailed: false },
    ...(name !== undefined && { name }),
  };
  const by = await answering(deps, run);
  const begun = await runs.letAct({ ...run, status: 'running', acting }, authorOf(run));
  if (!begun) return refused(deps, run);
  return {
    outcome: order.at,
    step: order.step,
    order: {
      ...{ workspaceId: run.workspaceId, automationId: run.automationId, runId: run.id, step: instruction.step },
      ...{ triggeredAt: run.triggeredAt, chain: run.chainOfRun, by, notAfter: notAfterOf(acting) },
    },
  };
};

/**
 * The person or service account on whose behalf the step acts: the automation's current one, with their current role.
 * The texts may still be those of the one when the run began, who therefore stays among the authors.
 */
const answering = async ({ automations }: Needed, { workspaceId, automationId, by }: AutomationRun) => {
  const current = (await automations.find(workspaceId, automationId))?.by ?? by;
  return { ...current, people: [...new Set([...current.people, ...by.people])] };
};

/** Handles a step that could not begin: the automation is off, or another execution wrote the run first. */
const refused = async (deps: Needed, run: AutomationRun): Promise<Next> => {
  const standing = await deps.runs.find(run.workspaceId, run.id);
  if (!standing || !isOpen(standing)) return { outcome: 'ended' };
  if (standing.version !== run.version) throw new Error('The run was written at the same time.');
  return stop(deps, run, 'stopped', switchedOff);
};

const readMetrics = (run: AutomationRun): { at: 'analytics'; step: ReadMetricsStep } => {
  const about = PostId.safeParse(run.trigger.entityId);
  const made = Object.values(run.made).findLast((id) => PostId.safeParse(id).success);
  const postId = made ?? about.data;
  if (postId === undefined)
    throw new Unfillable('The automation compares metrics of a post, but the event is not about a post.');
  return { at: 'analytics', step: { kind: 'read_metrics', postId } };
};
