import * as z from 'zod';
import { Reading } from '#events/reading.ts';
import { AccountId, PostId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task, type TaskOrigin } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { batchesOf, maxXPosts } from '../domain/sweep.ts';
import { measured, swept } from '../domain/tracked-post.ts';
import { tasks as names } from '../task-names.ts';

/** The steps of `sweep-metrics` that this context carries out. */
export const collectTasks = (deps: Deps): Task[] => [
  // Handing out a post twice does no harm: when it is read next is decided where its reading is recorded.
  task(names.dueBatches, z.object({ limit: z.int().min(1).max(maxXPosts).default(maxXPosts) }), async ({ limit }) => ({
    batches: batchesOf(await deps.posts.due(deps.now(), limit), limit),
  })),
  task(
    names.recordSnapshots,
    z.object({
      workspaceId: WorkspaceId,
      accountId: AccountId,
      postIds: z.array(PostId).min(1).max(100),
      read: Reading,
    }),
    async ({ workspaceId, postIds, read }, origin) => {
      const recorded = await Promise.all(postIds.map((postId) => recordOne(deps, workspaceId, postId, read, origin)));
      return { outcome: 'recorded', snapshots: recorded.filter(Boolean).length };
    },
  ),
];

/**
 * Records the counters read for one post; returns whether there was a snapshot. The snapshot goes first: a retry finds
 * it there.
 */
const recordOne = async (
  { posts, snapshots, now }: Deps,
  workspaceId: string,
  postId: string,
  read: Reading,
  origin: TaskOrigin,
): Promise<boolean> => {
  const post = await posts.find(workspaceId, postId);
  if (!post) return false;
  const snapshot = read.outcome === 'read' ? measured(post, read) : undefined;
  if (snapshot) await snapshots.add(workspaceId, postId, snapshot);
  const next = swept(post, read, now());
  if (next) await posts.save(next, origin);
  return snapshot !== undefined;
};
