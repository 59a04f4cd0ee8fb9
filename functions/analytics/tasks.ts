import type { Task } from '#shared/lambda/task.ts';
import { lazyTasks } from '#shared/lazy.ts';
import { workspaceItems } from '#shared/privacy/erase-workspace.ts';
import { type ExportFiles, exportTask } from '#shared/privacy/export-person.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { tasks as names } from './task-names.ts';

/** The steps of workflows that this context carries out, loaded on first use. */
export const tasks = (deps: Deps): Task[] => [
  ...lazyTasks(
    [names.dueBatches, names.recordSnapshots, names.rollUpDay, names.closePage, names.endSweep, names.recomputeDays],
    async () => (await import('./collect/tasks.ts')).collectTasks(deps),
  ),
  ...lazyTasks([names.closeDays, names.applyRetention], async () =>
    (await import('./keeping/tasks.ts')).keepingTasks(deps),
  ),
  ...lazyTasks([names.runDailyChecks], async () => (await import('./daily-checks/tasks.ts')).dailyCheckTasks(deps)),
  ...lazyTasks([names.readForAutomation], async () => (await import('./metrics/tasks.ts')).metricsTasks(deps)),
  ...lazyTasks([names.makeReport, names.giveUpReport, names.requestDueReports], async () =>
    (await import('./reports/tasks.ts')).reportTasks(deps),
  ),
];

/** The steps that export a person's data from the context's table, or erase a workspace's. */
export const tableTasks = (
  { reportFiles, rawFiles }: Pick<Deps, 'reportFiles' | 'rawFiles'>,
  table: Table,
  files: ExportFiles,
): Task[] => [
  ...lazyTasks([names.sharePerson], async () => {
    const { exportSections: shareKinds } = await import('./privacy/export-person.ts');
    return [exportTask('analytics', names.sharePerson, shareKinds, { table, files })];
  }),
  ...lazyTasks([names.eraseWorkspace], async () => [
    (await import('./privacy/erase-workspace.ts')).eraseWorkspace(workspaceItems(table), reportFiles, rawFiles),
  ]),
];
