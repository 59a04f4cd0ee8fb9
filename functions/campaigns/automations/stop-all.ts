import type { Author } from '#shared/actor.ts';
import { retryOnLostUpdate } from '#shared/entities.ts';
import type { Deps } from '../deps.ts';
import type { AutomationStop } from '../store/automation-stops.ts';
import { untilNoneActs } from './until-none-acts.ts';

type Needed = Pick<Deps, 'automations' | 'automationStops' | 'runs' | 'now' | 'sleep'>;

/**
 * Stops all automations of a workspace; returns once none of their steps can have a further effect.
 * @throws DomainError `automation_not_settled`
 */
export const stopAll = async (deps: Needed, workspaceId: string, author: Author): Promise<AutomationStop> => {
  const stop = await write(deps, workspaceId, true, author);
  await untilNoneOfAllActs(deps, workspaceId);
  return stop;
};

/**
 * Lets automations run again. Runs left open by an interrupted stop are ended first: otherwise they would continue, or
 * block those queued behind them.
 * @throws DomainError `automation_not_settled`
 */
export const resumeAll = async (deps: Needed, workspaceId: string, author: Author): Promise<AutomationStop> => {
  if (await deps.runs.isStopped(workspaceId)) await untilNoneOfAllActs(deps, workspaceId);
  return write(deps, workspaceId, false, author);
};

const untilNoneOfAllActs = async (deps: Needed, workspaceId: string): Promise<void> => {
  const gates = await deps.runs.gates(workspaceId);
  const busy = gates.filter(({ active, queued }) => active.length + queued.length > 0);
  await untilNoneActs(
    deps,
    workspaceId,
    busy.map(({ automationId }) => automationId),
  );
};

const write = (
  { automationStops }: Needed,
  workspaceId: string,
  isStopped: boolean,
  author: Author,
): Promise<AutomationStop> =>
  retryOnLostUpdate(async () => {
    const standing = await automationStops.find(workspaceId);
    if (standing?.isStopped === isStopped) return standing;
    return automationStops.save(standing ? { ...standing, isStopped } : { workspaceId, isStopped }, author);
  });
