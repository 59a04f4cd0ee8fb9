import * as z from 'zod';
import { PersonId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Table } from '#shared/table.ts';
import { connectionsOf } from '../store/connections-of-person.ts';
import { tasks as names } from '../task-names.ts';

/**
 * Erases connections that a person started but did not complete. Everything else here refers to people only by id, a
 * pseudonym once the person is erased.
 */
export const erasePerson = (table: Table): Task =>
  task(
    names.erasePerson,
    z.object({ personId: PersonId, workspaceIds: z.array(WorkspaceId).max(200) }),
    async ({ personId, workspaceIds }) => {
      let connections = 0;
      for (const workspaceId of workspaceIds) connections += await connectionsOf(table).erase(workspaceId, personId);
      return { outcome: 'erased' as const, connections };
    },
  );
