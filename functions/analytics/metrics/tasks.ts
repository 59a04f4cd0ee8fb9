import * as z from 'zod';
import { AutomationOrder, ReadMetricsStep, type StepOutcome } from '#events/automation-steps.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { measuredIn, readingsByPost } from '../domain/reading.ts';
import { cohortOf } from '../domain/tracked-post.ts';
import { tasks as names } from '../task-names.ts';

/** Reads the latest metrics of a post for an automation; none if it was not read yet. */
export const metricsTasks = ({ posts, readings }: Pick<Deps, 'posts' | 'readings'>): Task[] => [
  task(
    names.readForAutomation,
    z.object({ order: AutomationOrder, step: ReadMetricsStep }),
    async ({ order: { workspaceId }, step: { postId } }): Promise<StepOutcome> => {
      const post = await posts.find(workspaceId, postId);
      const own = post && readingsByPost(await readings.ofCohort(cohortOf(post))).get(postId);
      const latest = measuredIn(own ?? []).at(-1);
      return { outcome: 'done', made: null, facts: latest?.metrics ?? {}, message: null };
    },
  ),
];
