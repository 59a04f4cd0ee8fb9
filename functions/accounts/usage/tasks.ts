import * as z from 'zod';
import { WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { Usage } from '../domain/usage.ts';
import { tasks as names } from '../task-names.ts';
import { correctUsage, doubtfulUsages, tallyUsage } from './tally.ts';

/** Tasks of `tally-usage`, and of the daily check of the ledgers. */
export const usageTasks = (deps: Deps): Task[] => [
  task(names.tallyUsage, z.object({}), async () => tallyUsage(deps)),
  task(names.doubtfulUsages, z.object({ from: z.int().min(0) }), async ({ from }) => doubtfulUsages(deps, from)),
  task(
    names.correctUsage,
    z.object({
      workspaceId: WorkspaceId,
      moves: z.int(),
      sums: Usage.pick({ spentMicros: true, kinds: true, accounts: true, campaigns: true }),
    }),
    async (doubt) => ({ isCorrected: await correctUsage(deps, doubt) }),
  ),
];
