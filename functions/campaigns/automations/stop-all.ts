import type { Author } from '#shared/actor.ts';
import { retryOnLostUpdate } from '#shared/entities.ts';
import type { Deps } from '../deps.ts';
import type { AutomationStop } from '../store/automation-stops.ts';
import { untilNoneActs } from './until-none-acts.ts';

type Needed = Pick<Deps, 'automations' | 'automationStops' | 'runs' | 'now' | 'sleep'>;

/**
 * Stops all automations of a workspace, and answers once no step of any can act any more.
 * @throws DomainError `automation_not_settled`
 */
export const stopAll = async (deps: Needed, workspaceId: string, author: Author): Promise<AutomationStop> => {
  const stop = await write(deps, workspaceId, true, author);
  const gates = await deps.runs.gates(workspaceId);
  const busy = gates.filter(({ active, queued }) => active.length + queued.length > 0);
  await untilNoneActs(
    deps,
    workspaceId,
    busy.map(({ automationId }) => automationId),
  );
  return stop;
};

/** Lets automations run again. */
export const resumeAll = (deps: Needed, workspaceId: string, author: Author): Promise<AutomationStop> =>
  write(deps, workspaceId, false, author);

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
