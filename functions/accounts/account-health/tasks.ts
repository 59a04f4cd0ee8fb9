import * as z from 'zod';
import { AccountId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { tasks as names } from '../task-names.ts';
import { dueProbes, probe } from './probe.ts';

/** Tasks of the daily check of all accounts. */
export const accountHealthTasks = (deps: Deps): Task[] => [
  task(names.dueProbes, z.object({ shard: z.int().min(0) }), async ({ shard }) => dueProbes(deps, shard)),
  task(names.probe, z.object({ workspaceId: WorkspaceId, accountId: AccountId }), async (account, origin) =>
    probe(deps, account, origin, { yields: true }),
  ),
];
