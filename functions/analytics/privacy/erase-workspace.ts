import * as z from 'zod';
import { WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { WorkspaceItems } from '#shared/privacy/erase-workspace.ts';
import type { ReportFiles } from '../ports/report-files.ts';
import { tasks as names } from '../task-names.ts';

/**
 * Erases a part of this context's share of a workspace that is deleted. The posts it follows go first: what is not
 * followed is not read from X any more. Then the files of its reports, and all else.
 */
export const eraseWorkspace = (items: WorkspaceItems, files: Pick<ReportFiles, 'eraseSome'>): Task =>
  task(names.eraseWorkspace, z.object({ workspaceId: WorkspaceId }), async ({ workspaceId }) => {
    // Reports go with the posts: one that is being made finds nothing to be made of any more.
    const rest = await items.erase(workspaceId, ['TRACKED#', 'REPORT#']);
    const erased = await files.eraseSome(`${workspaceId}/`);
    return { outcome: erased > 0 ? ('more' as const) : rest };
  });
