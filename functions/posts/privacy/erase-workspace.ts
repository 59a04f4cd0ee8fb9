import * as z from 'zod';
import { WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { WorkspaceItems } from '#shared/privacy/erase-workspace.ts';
import type { Deps } from '../deps.ts';
import type { MediaEraser } from '../ports/media-eraser.ts';
import { endingSortKey } from '../store/deleted-workspaces.ts';
import { tasks as names } from '../task-names.ts';

/**
 * Erases a part of what this context stores for a deleted workspace. From the first step on, none of its posts can be
 * claimed; its short links and files are erased first, then its posts, then everything else.
 */
export const eraseWorkspace = (
  { deletedWorkspaces, shortLinks }: Pick<Deps, 'deletedWorkspaces' | 'shortLinks'>,
  items: WorkspaceItems,
  files: MediaEraser,
): Task =>
  task(names.eraseWorkspace, z.object({ workspaceId: WorkspaceId }), async ({ workspaceId }) => {
    await deletedWorkspaces.note(workspaceId);
    const links = await shortLinks.eraseSome(workspaceId);
    // They are found through the workspace's own partition, so they go before it.
    if (links > 0) return { outcome: 'more' as const };
    const erased = await files.eraseSome(workspaceId);
    const rest = await items.erase(workspaceId, ['POST#'], endingSortKey);
    return { outcome: erased > 0 ? ('more' as const) : rest };
  });
