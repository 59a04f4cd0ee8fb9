import * as z from 'zod';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { tasks as names } from '../task-names.ts';
import { applyRetention } from './apply-retention.ts';
import { closeDays } from './close-days.ts';

/** The steps of `keep-metrics` that this context carries out. */
export const keepingTasks = (deps: Deps): Task[] => [
  task(names.closeDays, z.object({}), async (_, { execution }) => closeDays(deps, execution)),
  task(names.applyRetention, z.object({ next: z.string().max(64) }), async ({ next }) => ({
    next: await applyRetention(deps, next),
  })),
];
