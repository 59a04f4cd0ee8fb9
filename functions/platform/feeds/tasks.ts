import * as z from 'zod';
import { type Task, task } from '#shared/lambda/task.ts';
import type { FeedDeps } from '../deps.ts';
import { tasks as names } from '../task-names.ts';
import { pollFeeds } from './poll.ts';

/** Tasks of feeds. */
export const feedTasks = (deps: FeedDeps): Task[] => [
  task(names.pollFeeds, z.object({}), async (_, { correlationId }) => pollFeeds(deps, correlationId)),
];
