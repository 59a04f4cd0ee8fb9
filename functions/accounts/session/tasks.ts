import * as z from 'zod';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { tasks as names } from '../task-names.ts';
import { reencrypt } from './reencrypt.ts';

/** Tasks that re-encrypt tokens under an old key, page by page. */
export const sessionTasks = (deps: Deps): Task[] => [
  task(names.reencrypt, z.object({ next: z.string().max(200).nullable() }), async ({ next }) => reencrypt(deps, next)),
];
