import type { Task } from '#shared/lambda/task.ts';
import { lazyTasks } from '#shared/lazy.ts';
import { type ExportFiles, exportTask } from '#shared/privacy/export-person.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { tasks as names } from './task-names.ts';

/** Workflow tasks of this context, loaded only when they are called. */
export const tasks = (deps: Deps): Task[] => [
  ...lazyTasks([names.trails, names.checkpointTrail, names.exportAudit, names.giveUpExport], async () =>
    (await import('./audit/tasks.ts')).auditTasks(deps),
  ),
  ...lazyTasks([names.reportCompliance, names.giveUpComplianceReport], async () =>
    (await import('./compliance/tasks.ts')).complianceTasks(deps),
  ),
  ...lazyTasks(
    [
      ...[names.beginPersonExport, names.archivePerson, names.giveUpPersonExport],
      ...[names.leaveWorkspaces, names.erasePerson],
    ],
    async () => (await import('./privacy/tasks.ts')).privacyTasks(deps),
  ),
  ...lazyTasks([names.describeWorkspace, names.dueWorkspaces, names.eraseWorkspace, names.closeWorkspace], async () =>
    (await import('./workspaces/tasks.ts')).workspaceTasks(deps),
  ),
  ...lazyTasks([names.notifyForAutomation], async () => (await import('./mail/tasks.ts')).mailTasks(deps)),
];

/** Task that reads items throughout the table. */
export const tableTasks = (table: Table, files: ExportFiles): Task[] =>
  lazyTasks([names.sharePerson], async () => {
    const { exportSections: shareKinds } = await import('./privacy/export-person.ts');
    return [exportTask('users', names.sharePerson, shareKinds, { table, files })];
  });
