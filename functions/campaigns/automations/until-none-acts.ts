import { unlessOvertaken } from '#shared/entities.ts';
import { DomainError } from '#shared/errors.ts';
import type { Deps } from '../deps.ts';
import { type AutomationRun, endRun, isActing, isOpen, switchedOff } from '../domain/automation-run.ts';
import { endRunAt } from './end-run.ts';

type Needed = Pick<Deps, 'automations' | 'runs' | 'now'>;

/** How long to wait for steps, longer than any step can take; API Gateway times out after 30 seconds. */
export const patienceMs = 25_000;
export const everyMs = 250;

/**
 * Ends the runs of automations that were switched off, and waits until none of their steps can have a further effect:
 * each has ended or passed its deadline. Steps that ask to begin later find the automation off.
 * @throws DomainError `automation_not_settled` if that takes too long; they are off nevertheless
 */
export const untilNoneActs = async (
  deps: Needed & Pick<Deps, 'sleep'>,
  workspaceId: string,
  automationIds: readonly string[],
): Promise<void> => {
  const until = deps.now().getTime() + patienceMs;
  for (;;) {
    const open = await endIdleRuns(deps, workspaceId, automationIds);
    if (open.length === 0) return;
    if (deps.now().getTime() >= until) throw notSettled(open, deps.now());
    await deps.sleep(everyMs);
  }
};

/** Ends those runs of switched-off automations that have no step in progress. @returns the runs that are still open */
export const endIdleRuns = async (
  deps: Needed,
  workspaceId: string,
  automationIds: readonly string[],
): Promise<AutomationRun[]> => {
  const gates = await Promise.all(automationIds.map((automationId) => deps.runs.gate({ workspaceId, automationId })));
  const ids = gates.flatMap(({ active, queued }) => [...active, ...queued]);
  const open = (await deps.runs.findAll(workspaceId, ids)).filter(isOpen);
  const still: AutomationRun[] = [];
  for (const run of open) {
    // If the execution or another request wrote the run first, the next round reads it again.
    const isEnded = !isActing(run, deps.now()) && (await unlessOvertaken(stop(deps, run)));
    if (!isEnded) still.push(run);
  }
  return still;
};

const stop = (deps: Needed, run: AutomationRun) => endRunAt(deps, endRun(run, 'stopped', deps.now(), switchedOff));

/** Error while steps may still be in progress. */
export const notSettled = (acting: readonly AutomationRun[], now: Date): DomainError => {
  const last = Math.max(...acting.map((run) => Date.parse(run.acting?.until ?? now.toISOString())));
  const seconds = Math.max(1, Math.ceil((last - now.getTime()) / 1000));
  const said =
    'No further step begins, but one that had begun may still be under way. Repeat the request after the number of ' +
    'seconds in `Retry-After`.';
  return new DomainError('unavailable', 'automation_not_settled', said, {
    headers: { 'Retry-After': String(seconds) },
  });
};
