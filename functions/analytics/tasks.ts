import type { Task } from '#shared/lambda/task.ts';
import { lazyTasks } from '#shared/lazy.ts';
import { workspaceItems } from '#shared/privacy/erase-workspace.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { tasks as names } from './task-names.ts';

/** The steps of workflows that this context carries out; requests do without them. */
export const tasks = (deps: Deps): Task[] =>
  lazyTasks(
    [names.dueBatches, names.recordSnapshots, names.rollUpDay, names.closePage, names.recomputeDays],
    async () => (await import('./collect/tasks.ts')).collectTasks(deps),
  );

/** The step that erases all of a workspace from the context's table. */
export const tableTasks = (table: Table): Task[] =>
  lazyTasks([names.eraseWorkspace], async () => [
    (await import('./privacy/erase-workspace.ts')).eraseWorkspace(workspaceItems(table)),
  ]);
