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

/** Maximum number of runs that one step resumes per shard; takes a second or two in all. */
const atATime = 5;

type Needed = Pick<Deps, 'automations' | 'runs' | 'now'>;

/**
 * Requests another execution for each stalled run: its event was lost, or its execution failed or was stopped. Steps
 * already carried out are not repeated, as their positions are recorded. A run that keeps stalling is ended.
 */
export const resumeRuns = async (deps: Needed): Promise<{ isMore: boolean }> => {
  const found = await Promise.all(shards.map((shard) => deps.runs.standingStill(shard, deps.now(), atATime)));
  for (const run of found.flat()) await resumeRun(deps, run);
  return { isMore: found.some(({ length }) => length === atATime) };
};

const resumeRun = async (deps: Needed, run: AutomationRun): Promise<void> => {
  const since = standsStillAt(run);
  // The index is eventually consistent.
  if (since === undefined || since > deps.now().toISOString()) return;
  if (run.resumptions >= maxResumptions) {
    await unlessOvertaken(endRunAt(deps, endRun(run, 'failed', deps.now(), stoodStill)));
    return;
  }
  const author = automationAuthor(run.automationId, run.chainOfRun, run.correlationId);
  // If this is not saved, the run was written since it was read, so it is in progress again.
  await deps.runs.save(resumed(run), author);
};
