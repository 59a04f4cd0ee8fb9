import { lostUpdate } from '#shared/entities.ts';
import type { Deps } from '../deps.ts';
import { leave } from '../domain/automation-gate.ts';
import type { AutomationRun } from '../domain/automation-run.ts';
import { automationAuthor } from './begin-run.ts';

/** Attempts to end a run while other runs change the gate. */
const maxTries = 8;

/**
 * Writes the end of a run and starts the queued runs whose turn it is.
 * @param ended the run as it is to be written
 * @throws DomainError `changed_meanwhile` if the run itself was written since it was read
 */
export const endRunAt = async (
  { automations, runs }: Pick<Deps, 'automations' | 'runs'>,
  ended: AutomationRun,
): Promise<AutomationRun> => {
  const { workspaceId, automationId, id } = ended;
  const author = automationAuthor(automationId, ended.chainOfRun, ended.correlationId);
  for (let tries = 0; tries < maxTries; tries += 1) {
    const automation = await automations.find(workspaceId, automationId);
    const isOn = automation?.status === 'on' && !(await runs.isStopped(workspaceId));
    const before = await runs.gate({ workspaceId, automationId });
    const limits = isOn ? automation.limits : { concurrency: 0 };
    const begun: AutomationRun[] = [];
    let { gate, next } = leave(before, id, limits);
    for (let first = next.shift(); first !== undefined; first = next.shift()) {
      const following = await runs.find(workspaceId, first);
      if (following?.status === 'queued') {
        begun.push({ ...following, status: 'running' });
        continue;
      }
      // A run that no longer exists must not block the queue.
      const left = leave(gate, first, limits);
      gate = left.gate;
      next = [...next, ...left.next];
    }
    const written = await runs.end(ended, gate, begun, author);
    if (written) return written;
    const standing = await runs.find(workspaceId, id);
    if (standing?.version !== ended.version) break;
  }
  throw lostUpdate();
};
