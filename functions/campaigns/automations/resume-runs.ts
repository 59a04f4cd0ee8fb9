import { unlessOvertaken } from '#shared/entities.ts';
import { shards } from '#shared/shards.ts';
import type { Deps } from '../deps.ts';
import {
  type AutomationRun,
  endRun,
  maxResumptions,
  resumed,
  standsStillAt,
  stoodStill,
} from '../domain/automation-run.ts';
import { automationAuthor } from './begin-run.ts';
import { endRunAt } from './end-run.ts';

/** What one step resumes of a shard: a second of work or two in all. */
const atATime = 5;

type Needed = Pick<Deps, 'automations' | 'runs' | 'now'>;

/**
 * Asks for another execution for each run that stands still: its event was lost, or its execution failed or was stopped.
 * What the run did is not done again: its steps are known by their places. A run that gets nowhere ends.
 */
export const resumeRuns = async (deps: Needed): Promise<{ isMore: boolean }> => {
  const found = await Promise.all(shards.map((shard) => deps.runs.standingStill(shard, deps.now(), atATime)));
  for (const run of found.flat()) await resumeRun(deps, run);
  return { isMore: found.some(({ length }) => length === atATime) };
};

const resumeRun = async (deps: Needed, run: AutomationRun): Promise<void> => {
  const since = standsStillAt(run);
  // The index may be behind.
  if (since === undefined || since > deps.now().toISOString()) return;
  if (run.resumptions >= maxResumptions) {
    await unlessOvertaken(endRunAt(deps, endRun(run, 'failed', deps.now(), stoodStill)));
    return;
  }
  const author = automationAuthor(run.automationId, run.chainOfRun, run.correlationId);
  // Whoever wrote since it was read has it on its way again.
  await deps.runs.save(resumed(run), author);
};
