import * as z from 'zod';
import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion } from '#shared/entities.ts';
import { entityFields } from '#shared/entity.ts';
import type { Key, Table } from '#shared/table.ts';

/** Whether all automations of a workspace are stopped. Transactions that begin runs or steps check this item. */
export const AutomationStop = z.object({ ...entityFields, isStopped: z.boolean() });
export type AutomationStop = z.infer<typeof AutomationStop>;

export const stopKey = (workspaceId: string): Key => ({ pk: workspaceId, sk: 'AUTOMATION_STOP' });

export interface AutomationStopStore {
  find(workspaceId: string): Promise<AutomationStop | undefined>;
  /** @throws DomainError `changed_meanwhile` */
  save(
    stop: AutomationStop | Pick<AutomationStop, 'workspaceId' | 'isStopped'>,
    author: Author,
  ): Promise<AutomationStop>;
}

export const automationStopStore = (table: Table): AutomationStopStore => {
  const save = entityWriter(table, (stop: AutomationStop) => ({
    ...stop,
    ...stopKey(stop.workspaceId),
    type: 'automation_stop',
  }));
  return {
    async find(workspaceId) {
      const item = await table.get(stopKey(workspaceId));
      return item && entityOf(AutomationStop, item);
    },
    save: (stop, author) => save('version' in stop ? stop : firstVersion(stop, table.now(), author), author),
  };
};
