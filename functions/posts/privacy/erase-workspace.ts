import * as z from 'zod';
import { WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { WorkspaceItems } from '#shared/privacy/erase-workspace.ts';
import type { Deps } from '../deps.ts';
import type { MediaEraser } from '../ports/media-eraser.ts';
import { endingSortKey } from '../store/deleted-workspaces.ts';
import { tasks as names } from '../task-names.ts';

/**
 * Erases a part of this context's share of a workspace that is deleted. From the first step on no post of it can be
 * claimed; its short links and files go next, then the posts, then all that was known beside them.
 */
export const eraseWorkspace = (
  { deletedWorkspaces, shortLinks }: Pick<Deps, 'deletedWorkspaces' | 'shortLinks'>,
  items: WorkspaceItems,
  files: MediaEraser,
): Task =>
  task(names.eraseWorkspace, z.object({ workspaceId: WorkspaceId }), async ({ workspaceId }) => {
    await deletedWorkspaces.note(workspaceId);
    const links = await shortLinks.eraseSome(workspaceId);
    // They are found by what the workspace's own partition says of them.
    if (links > 0) return { outcome: 'more' as const };
    const erased = await files.eraseSome(workspaceId);
    const rest = await items.erase(workspaceId, ['POST#'], endingSortKey);
    return { outcome: erased > 0 ? ('more' as const) : rest };
  });
