import type { Author } from '#shared/actor.ts';
import { unlessOvertaken } from '#shared/entities.ts';
import type { Deps } from '../deps.ts';
import { beginRun } from './begin-run.ts';
import { nextAtOf } from './switch.ts';

/** Maximum number of automations that one step starts; takes a second or two. */
const atATime = 25;

/**
 * Starts the automations of all workspaces whose schedule is due. Idempotent: each is started once per scheduled time.
 * One run makes up for all times missed in an outage.
 */
export const startDueAutomations = async (
  deps: Pick<Deps, 'automations' | 'runs' | 'now'>,
  author: Author,
): Promise<{ isMore: boolean }> => {
  const due = await deps.automations.due(deps.now(), atATime);
  for (const automation of due) {
    const { nextAt: at } = automation;
    // The index is eventually consistent.
    if (at === null || automation.status !== 'on') continue;
    const occasion = { type: 'schedule', eventId: null, entityId: null, at, event: {}, chain: [] };
    await beginRun(deps, automation, { ...occasion, correlationId: author.correlationId });
    await unlessOvertaken(deps.automations.save({ ...automation, nextAt: nextAtOf(automation, deps.now()) }, author));
  }
  return { isMore: due.length === atATime };
};
