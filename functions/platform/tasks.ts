import type { Task } from '#shared/lambda/task.ts';
import { lazyTasks } from '#shared/lazy.ts';
import { workspaceItems } from '#shared/privacy/erase-workspace.ts';
import { type ExportFiles, exportTask } from '#shared/privacy/export-person.ts';
import type { Table } from '#shared/table.ts';
import type { FeedDeps, WebhookDeps } from './deps.ts';
import { tasks as names } from './task-names.ts';

/** Tasks that read or erase items throughout the table. */
export const tableTasks = (table: Table, files: ExportFiles): Task[] => [
  ...lazyTasks([names.sharePerson], async () => {
    const { exportSections: shareKinds } = await import('./privacy/export-person.ts');
    return [exportTask('platform', names.sharePerson, shareKinds, { table, files })];
  }),
  ...lazyTasks([names.eraseWorkspace], async () => [
    (await import('./privacy/erase-workspace.ts')).eraseWorkspace(workspaceItems(table)),
  ]),
];

/** Tasks of feeds. */
export const feedTasks = (deps: FeedDeps): Task[] =>
  lazyTasks([names.pollFeeds], async () => (await import('./feeds/tasks.ts')).feedTasks(deps));

/** Tasks of webhooks. */
export const webhookTasks = (deps: WebhookDeps): Task[] =>
  lazyTasks([names.callForAutomation], async () => (await import('./webhooks/tasks.ts')).webhookTasks(deps));
