import type { Task } from '#shared/lambda/task.ts';
import { lazyTasks } from '#shared/lazy.ts';
import { workspaceItems } from '#shared/privacy/erase-workspace.ts';
import { type ExportFiles, exportTask } from '#shared/privacy/export-person.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { tasks as names } from './task-names.ts';

/** Workflow tasks, loaded only when called. */
export const tasks = (deps: Deps): Task[] => [
  ...lazyTasks([names.permit, names.planWindow, names.finish], async () =>
    (await import('./lifecycle/tasks.ts')).lifecycleTasks(deps),
  ),
  ...lazyTasks([names.catchUp], async () => (await import('./resuming/tasks.ts')).resumingTasks(deps)),
  ...lazyTasks([names.readApprovals, names.keepApprovals], async () =>
    (await import('./lifecycle/review-tasks.ts')).reviewTasks(deps),
  ),
  ...lazyTasks(
    [
      ...[names.openCheck, names.readPart, names.keepPart, names.report, names.failCheck],
      ...[names.claimPart, names.start, names.abandonLaunch],
    ],
    async () => (await import('./launch/tasks.ts')).launchTasks(deps),
  ),
  ...lazyTasks(
    [...[names.advanceAutomation, names.actForAutomation], ...[names.startDueAutomations, names.resumeAutomationRuns]],
    async () => (await import('./automations/tasks.ts')).automationTasks(deps),
  ),
];

/** Tasks that read or erase the whole table. */
export const tableTasks = (table: Table, files: ExportFiles): Task[] => [
  ...lazyTasks([names.sharePerson], async () => {
    const { exportSections: shareKinds } = await import('./privacy/export-person.ts');
    return [exportTask('campaigns', names.sharePerson, shareKinds, { table, files })];
  }),
  ...lazyTasks([names.eraseWorkspace], async () => [
    (await import('./privacy/erase-workspace.ts')).eraseWorkspace(workspaceItems(table)),
  ]),
];
