import * as z from 'zod';
import { AutomationOrder, PostStep } from '#events/automation-steps.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { tasks as names } from '../task-names.ts';
import { actForAutomation } from './act.ts';

/** The task that carries out steps of automations. */
export const automationStepTasks = (deps: Deps): Task[] => [
  task(
    names.actForAutomation,
    z.object({ order: AutomationOrder, step: PostStep }),
    async ({ order, step }, { correlationId }) => actForAutomation(deps, order, step, correlationId),
  ),
];
