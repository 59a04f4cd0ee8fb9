import * as z from 'zod';
import { WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { WorkspaceItems } from '#shared/privacy/erase-workspace.ts';
import { tasks as names } from '../task-names.ts';

/**
 * Erases this context's share of a workspace that is deleted. Webhooks and hooks go first: what waits for one that is
 * gone is not sent, and nothing more comes in.
 */
export const eraseWorkspace = (items: WorkspaceItems): Task =>
  task(names.eraseWorkspace, z.object({ workspaceId: WorkspaceId }), async ({ workspaceId }) => ({
    outcome: await items.erase(workspaceId, ['WEBHOOK#', 'HOOK#']),
  }));
