import * as z from 'zod';
import { AccountId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { XId } from '../domain/x-id.ts';
import { tasks as names } from '../task-names.ts';
import { readPosts } from './read-posts.ts';

/** Tasks that read the metrics of posts from X. */
export const postReadingTasks = (deps: Deps): Task[] => [
  task(
    names.readPosts,
    z.object({ workspaceId: WorkspaceId, accountId: AccountId, xPostIds: z.array(XId).min(1).max(100) }),
    async (input, origin) => readPosts(deps, input, origin),
  ),
];
