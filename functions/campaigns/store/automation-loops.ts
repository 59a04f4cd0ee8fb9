import type { Author } from '#shared/actor.ts';
import { entityWriter, firstVersion, unlessOvertaken } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import type { Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import type { AutomationLoop } from '../domain/automation-loop.ts';

/** Chains of automations that were stopped. */
export interface AutomationLoopStore {
  /** Records a stopped chain, once per automation and event. */
  note(loop: New<AutomationLoop>, author: Author): Promise<void>;
}

const keptSeconds = 30 * daySeconds;

export const automationLoopStore = (table: Table): AutomationLoopStore => {
  const save = entityWriter(table, (loop: AutomationLoop) => ({
    ...loop,
    pk: loop.workspaceId,
    sk: `AUTOMATION_LOOP#${loop.automationId}#${loop.eventId}`,
    type: 'automation_loop',
    ttl: timeToLive(table.now(), keptSeconds),
  }));
  return {
    async note(loop, author) {
      await unlessOvertaken(save(firstVersion(loop, table.now(), author), author));
    },
  };
};
