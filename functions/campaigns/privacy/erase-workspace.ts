import * as z from 'zod';
import { WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { WorkspaceItems } from '#shared/privacy/erase-workspace.ts';
import { tasks as names } from '../task-names.ts';

/**
 * Erases this context's share of a workspace that is deleted. Automations and campaigns go first: one that is gone lets no
 * step begin, or permits no post, and its run ends at its next step.
 */
export const eraseWorkspace = (items: WorkspaceItems): Task =>
  task(names.eraseWorkspace, z.object({ workspaceId: WorkspaceId }), async ({ workspaceId }) => ({
    outcome: await items.erase(workspaceId, ['AUTOMATION#', 'CAMPAIGN#']),
  }));
