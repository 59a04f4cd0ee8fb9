import * as z from 'zod';
import { AutomationOrder, NotifyStep } from '#events/automation-steps.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { tasks as names } from '../task-names.ts';
import { notifyForAutomation } from './notify-for-automation.ts';

/** Tasks of emails. */
export const mailTasks = (deps: Deps): Task[] => [
  task(
    names.notifyForAutomation,
    z.object({ order: AutomationOrder, step: NotifyStep }),
    async ({ order, step }, { correlationId }) => notifyForAutomation(deps, order, step, correlationId),
  ),
];
