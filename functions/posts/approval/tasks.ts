import * as z from 'zod';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { tasks as names } from '../task-names.ts';
import { remindOfApprovals } from './send-reminders.ts';

/** The task that sends reminders of pending approvals. */
export const approvalTasks = (deps: Deps): Task[] => [
  task(names.remindOfApprovals, z.object({}), async (_, origin) => remindOfApprovals(deps, origin)),
];
