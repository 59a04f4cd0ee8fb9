import type { Task } from '#shared/lambda/task.ts';
import { lazyTasks } from '#shared/lazy.ts';
import { workspaceItems } from '#shared/privacy/erase-workspace.ts';
import { type ExportFiles, exportTask } from '#shared/privacy/export-person.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import type { MediaEraser } from './ports/media-eraser.ts';
import { tasks as names } from './task-names.ts';

/** The tasks of this context, called by workflows; requests do not load them. */
export const tasks = (deps: Deps): Task[] => [
  ...lazyTasks([names.claim, names.record, names.findOverdue, names.revive], async () =>
    (await import('./publishing/tasks.ts')).publishingTasks(deps),
  ),
  ...lazyTasks([names.recordUnpublished, names.claimRepost, names.recordRepost], async () =>
    (await import('./on-x/tasks.ts')).onXTasks(deps),
  ),
  ...lazyTasks([names.readLinkClicks], async () => (await import('./short-links/tasks.ts')).shortLinkTasks(deps)),
  ...lazyTasks([names.remindOfApprovals], async () => (await import('./approval/tasks.ts')).approvalTasks(deps)),
  ...lazyTasks(
    [...[names.describeForCampaign, names.composeForCampaign, names.discardForCampaign, names.approveForCampaign]],
    async () => (await import('./campaign-content/tasks.ts')).campaignContentTasks(deps),
  ),
  ...lazyTasks([names.actForAutomation], async () =>
    (await import('./automation-steps/tasks.ts')).automationStepTasks(deps),
  ),
];

/** The tasks that read or erase all of the context's table. */
export const tableTasks = (deps: Deps, table: Table, files: ExportFiles, media: MediaEraser): Task[] => [
  ...lazyTasks([names.sharePerson], async () => {
    const { exportSections: shareKinds } = await import('./privacy/export-person.ts');
    return [exportTask('posts', names.sharePerson, shareKinds, { table, files })];
  }),
  ...lazyTasks([names.eraseWorkspace], async () => {
    const { eraseWorkspace } = await import('./privacy/erase-workspace.ts');
    return [eraseWorkspace(deps, workspaceItems(table), media)];
  }),
];
