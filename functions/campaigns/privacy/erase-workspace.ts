import * as z from 'zod';
import { WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { WorkspaceItems } from '#shared/privacy/erase-workspace.ts';
import { tasks as names } from '../task-names.ts';

/**
 * Erases this context's data of a deleted workspace. Automations and campaigns go first: without them no step begins
 * and no post is permitted, and their runs end at the next step.
 */
export const eraseWorkspace = (items: WorkspaceItems): Task =>
  task(names.eraseWorkspace, z.object({ workspaceId: WorkspaceId }), async ({ workspaceId }) => ({
    outcome: await items.erase(workspaceId, ['AUTOMATION#', 'CAMPAIGN#']),
  }));
