import * as z from 'zod';
import type { LinkClicks } from '#events/reading.ts';
import { PostId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { tasks as names } from '../task-names.ts';
import { readClicks, totalOf } from './read-clicks.ts';

/** The task that reports clicks to analytics, which reads them along with X's metrics. */
export const shortLinkTasks = (deps: Deps): Task[] => [
  task(
    names.readLinkClicks,
    z.object({ workspaceId: WorkspaceId, postIds: z.array(PostId).min(1).max(100) }),
    async ({ workspaceId, postIds }): Promise<{ clicks: LinkClicks }> => {
      const posts = [...(await deps.posts.findAll(workspaceId, postIds)).values()];
      const { links } = await readClicks(
        deps,
        posts.flatMap(({ id: postId, shortLinks }) => (shortLinks ?? []).map((link) => ({ ...link, postId }))),
      );
      const byPost = Map.groupBy(links, ({ postId }) => postId);
      return { clicks: [...byPost].map(([postId, own]) => ({ postId, clicks: totalOf(own) })) };
    },
  ),
];
