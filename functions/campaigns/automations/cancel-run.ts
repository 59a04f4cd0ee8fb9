import { isLostUpdate } from '#shared/entities.ts';
import { DomainError } from '#shared/errors.ts';
import type { Deps } from '../deps.ts';
import { type AutomationRun, endRun, isOpen } from '../domain/automation-run.ts';
import { endRunAt } from './end-run.ts';
import { notSettled } from './until-none-acts.ts';

const patienceMs = 22_000;
const everyMs = 250;

const cancelled = { code: 'cancelled', message: 'The run was cancelled.' };

/**
 * Ends a run, once a step of it that has begun has ended.
 * @throws DomainError `run_ended`, `automation_not_settled`
 */
export const cancelRun = async (
  deps: Pick<Deps, 'automations' | 'runs' | 'now' | 'sleep'>,
  { workspaceId, id }: AutomationRun,
): Promise<AutomationRun> => {
  const until = deps.now().getTime() + patienceMs;
  for (;;) {
    const run = await deps.runs.get(workspaceId, id);
    if (!isOpen(run)) throw new DomainError('conflict', 'run_ended', `The run has ended: it is ${run.status}.`);
    if (run.acting !== null && run.acting.until > deps.now().toISOString()) {
      if (deps.now().getTime() >= until) throw notSettled([run], deps.now());
      await deps.sleep(everyMs);
      continue;
    }
    try {
      return await endRunAt(deps, endRun(run, 'cancelled', deps.now(), cancelled));
    } catch (error) {
      if (!isLostUpdate(error)) throw error;
    }
  }
};
