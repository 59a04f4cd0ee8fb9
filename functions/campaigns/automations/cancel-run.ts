import { unlessOvertaken } from '#shared/entities.ts';
import { DomainError } from '#shared/errors.ts';
import type { Deps } from '../deps.ts';
import { type AutomationRun, cancelled, endRun, isActing, isOpen } from '../domain/automation-run.ts';
import { automationAuthor } from './begin-run.ts';
import { endRunAt } from './end-run.ts';
import { everyMs, notSettled, patienceMs } from './until-none-acts.ts';

type Needed = Pick<Deps, 'automations' | 'runs' | 'now' | 'sleep'>;

/**
 * Cancels a run. A step in progress is waited for; the run is marked, so that no further step begins.
 * @throws DomainError `run_ended`, `automation_not_settled`
 */
export const cancelRun = async (deps: Needed, { workspaceId, id }: AutomationRun): Promise<AutomationRun> => {
  const until = deps.now().getTime() + patienceMs;
  for (;;) {
    const run = await deps.runs.get(workspaceId, id);
    if (run.status === 'cancelled') return run;
    if (!isOpen(run))
      throw new DomainError('conflict', 'run_ended', `The run has ended with the status ${run.status}.`);
    if (!isActing(run, deps.now())) {
      const ended = await unlessOvertaken(endRunAt(deps, endRun(run, 'cancelled', deps.now(), cancelled)));
      if (ended) return ended;
      continue;
    }
    if (!run.isCancelled) {
      const author = automationAuthor(run.automationId, run.chainOfRun, run.correlationId);
      await deps.runs.save({ ...run, isCancelled: true }, author);
    }
    if (deps.now().getTime() >= until) throw notSettled([run], deps.now());
    await deps.sleep(everyMs);
  }
};
