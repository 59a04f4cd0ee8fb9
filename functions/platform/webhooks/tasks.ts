import * as z from 'zod';
import { AutomationOrder, CallWebhookStep } from '#events/automation-steps.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { WebhookDeps } from '../deps.ts';
import { tasks as names } from '../task-names.ts';
import { callForAutomation } from './call-for-automation.ts';

/** Tasks of webhooks. */
export const webhookTasks = (deps: WebhookDeps): Task[] => [
  task(names.callForAutomation, z.object({ order: AutomationOrder, step: CallWebhookStep }), async ({ order, step }) =>
    callForAutomation(deps, order, step),
  ),
];
