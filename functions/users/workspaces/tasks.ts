import * as z from 'zod';
import { WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { noSuchWorkspace } from '../domain/workspace.ts';
import { tasks as names } from '../task-names.ts';
import { closeWorkspace, dueWorkspaces, eraseWorkspace } from './delete.ts';

/** Tasks of workspaces: their name and colour for other contexts, and their deletion. */
export const workspaceTasks = (deps: Deps): Task[] => [
  task(names.describeWorkspace, z.object({ workspaceId: WorkspaceId }), async ({ workspaceId }) => {
    const workspace = await deps.people.findWorkspace(workspaceId);
    if (!workspace) throw noSuchWorkspace();
    return { name: workspace.name, colour: workspace.settings.colour };
  }),
  task(names.dueWorkspaces, z.object({}), async () => dueWorkspaces(deps)),
  task(names.eraseWorkspace, z.object({ workspaceId: WorkspaceId }), async ({ workspaceId }, origin) => ({
    outcome: await eraseWorkspace(deps, workspaceId, origin),
  })),
  task(names.closeWorkspace, z.object({ workspaceId: WorkspaceId }), async ({ workspaceId }, origin) => ({
    outcome: await closeWorkspace(deps, workspaceId, origin),
  })),
];
