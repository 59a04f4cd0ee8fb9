import type { Author } from '#shared/actor.ts';
import { unlessOvertaken } from '#shared/entities.ts';
import type { Deps } from '../deps.ts';
import { beginRun } from './begin-run.ts';
import { nextAtOf } from './switch.ts';

/** What one step starts: a second of work or two. */
const atATime = 25;

/**
 * Starts the automations whose time has come, of all workspaces. A step can be repeated: it starts each once for a time.
 * Times that an outage has missed are made up for by one run.
 */
export const startDueAutomations = async (
  deps: Pick<Deps, 'automations' | 'runs' | 'now'>,
  author: Author,
): Promise<{ isMore: boolean }> => {
  const due = await deps.automations.due(deps.now(), atATime);
  for (const automation of due) {
    const { nextAt: at } = automation;
    // The index may be behind.
    if (at === null || automation.status !== 'on') continue;
    const occasion = { type: 'schedule', eventId: null, entityId: null, at, event: {}, chain: [] };
    await beginRun(deps, automation, { ...occasion, correlationId: author.correlationId });
    await unlessOvertaken(deps.automations.save({ ...automation, nextAt: nextAtOf(automation, deps.now()) }, author));
  }
  return { isMore: due.length === atATime };
};
