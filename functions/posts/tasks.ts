import * as z from 'zod';
import { MediaOutcome, OwnPostOutcome, PartOutcome, PermitOutcome } from '../../events/publishing.ts';
import { PostId, RepostId, WorkspaceId } from '../../shared/ids.ts';
import { task, type Task } from '../../shared/lambda/task.ts';
import { tasks as names } from './contract/tasks.ts';
import type { Deps } from './deps.ts';

const onPost = { workspaceId: WorkspaceId, postId: PostId };
const Fault = z.object({ outcome: z.literal('fault') });

/**
 * The steps of workflows that this context carries out, each loaded when a workflow first asks for it: requests do
 * without them.
 */
export const tasks = (deps: Deps): Task[] => [
  task(
    names.claim,
    z.object({ ...onPost, scheduleVersion: z.int(), isLastLook: z.boolean().default(false) }),
    async (input, origin) => (await import('./publishing.ts')).claimPost(deps, input, origin),
  ),
  task(
    names.record,
    z.object({
      ...onPost,
      permit: PermitOutcome.optional(),
      media: z.array(z.union([MediaOutcome, Fault])).default([]),
      parts: z.array(z.union([PartOutcome, Fault])).default([]),
    }),
    async (input, origin) => (await import('./publishing.ts')).recordPost(deps, input, origin),
  ),
  task(
    names.recordUnpublished,
    z.object({ ...onPost, outcomes: z.array(z.union([OwnPostOutcome, Fault])) }),
    async (input, origin) => (await import('./on-x.ts')).recordPostUnpublished(deps, input, origin),
  ),
  task(
    names.recordRepost,
    z.object({ ...onPost, repostId: RepostId, met: z.union([OwnPostOutcome, Fault]) }),
    async (input, origin) => (await import('./on-x.ts')).recordPostReposted(deps, input, origin),
  ),
  task(names.findOverdue, z.object({}), async () => (await import('./healing.ts')).overduePosts(deps)),
  task(names.remindOfApprovals, z.object({}), async (_, origin) =>
    (await import('./reminding.ts')).remindOfApprovals(deps, origin),
  ),
  task(names.revive, z.object(onPost), async (post, origin) => ({
    outcome: await (await import('./healing.ts')).revivePost(deps, post, origin),
  })),
];
