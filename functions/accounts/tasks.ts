import type { Task } from '#shared/lambda/task.ts';
import { lazyTasks } from '#shared/lazy.ts';
import { workspaceItems } from '#shared/privacy/erase-workspace.ts';
import { type ExportFiles, exportTask } from '#shared/privacy/export-person.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { publishingTasks } from './publishing/tasks.ts';
import { tasks as names } from './task-names.ts';

/** Returns the tasks of this context: those that publish are loaded with the function, the rest by name. */
export const tasks = (deps: Deps): Task[] => [
  ...publishingTasks(deps),
  ...lazyTasks([names.readPosts], async () => (await import('./post-readings/tasks.ts')).postReadingTasks(deps)),
  ...lazyTasks([names.reencrypt], async () => (await import('./session/tasks.ts')).sessionTasks(deps)),
  ...lazyTasks([names.dueProbes, names.probe], async () =>
    (await import('./account-health/tasks.ts')).accountHealthTasks(deps),
  ),
  ...lazyTasks([names.tallyUsage, names.doubtfulUsages, names.correctUsage], async () =>
    (await import('./usage/tasks.ts')).usageTasks(deps),
  ),
  ...lazyTasks([names.describeForCampaign], async () =>
    (await import('./campaign-facts/tasks.ts')).campaignFactsTasks(deps),
  ),
  ...lazyTasks([names.keepWebhook, names.keepSubscriptions], async () =>
    (await import('./activity/tasks.ts')).activityTasks(deps),
  ),
];

/** Tasks that export or erase data from all of the context's table. */
export const tableTasks = (deps: Deps, table: Table, files: ExportFiles): Task[] => [
  ...lazyTasks([names.sharePerson], async () => {
    const { exportSections: shareKinds } = await import('./privacy/export-person.ts');
    return [exportTask('accounts', names.sharePerson, shareKinds, { table, files })];
  }),
  ...lazyTasks([names.eraseWorkspace], async () => {
    const { eraseWorkspace } = await import('./privacy/erase-workspace.ts');
    return [eraseWorkspace(deps, workspaceItems(table))];
  }),
  ...lazyTasks([names.erasePerson], async () => [(await import('./privacy/erase-person.ts')).erasePerson(table)]),
];
