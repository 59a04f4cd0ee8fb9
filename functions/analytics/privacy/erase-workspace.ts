import * as z from 'zod';
import { WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { WorkspaceItems } from '#shared/privacy/erase-workspace.ts';
import { rawPrefixOf } from '../domain/raw-readings.ts';
import type { RawFiles } from '../ports/raw-files.ts';
import type { ReportFiles } from '../ports/report-files.ts';
import { tasks as names } from '../task-names.ts';

/**
 * Erases a part of this context's data of a deleted workspace: some items and some files per call. Tracked posts go
 * first, so that they are no longer read from X.
 */
export const eraseWorkspace = (
  items: WorkspaceItems,
  reportFiles: Pick<ReportFiles, 'eraseSome'>,
  rawFiles: Pick<RawFiles, 'eraseSome'>,
): Task =>
  task(names.eraseWorkspace, z.object({ workspaceId: WorkspaceId }), async ({ workspaceId }) => {
    // Saved reports and reports go next: none is requested any more, and one that is being made finds that it is gone.
    const rest = await items.erase(workspaceId, ['TRACKED#', 'SAVED_REPORT#', 'REPORT#']);
    const erased =
      (await reportFiles.eraseSome(`${workspaceId}/`)) + (await rawFiles.eraseSome(rawPrefixOf(workspaceId)));
    return { outcome: erased > 0 ? ('more' as const) : rest };
  });
