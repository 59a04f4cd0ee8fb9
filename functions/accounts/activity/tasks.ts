import * as z from 'zod';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { tasks as names } from '../task-names.ts';
import { keepSubscriptions } from './keep-subscriptions.ts';
import { keepWebhook } from './keep-webhook.ts';

/** Tasks of `follow-activity`. */
export const activityTasks = (deps: Deps): Task[] => [
  task(names.keepWebhook, z.object({}), async () => keepWebhook(deps)),
  task(names.keepSubscriptions, z.object({ webhookId: z.string(), skipped: z.int().min(0) }), async (input, origin) =>
    keepSubscriptions(deps, input, origin),
  ),
];
