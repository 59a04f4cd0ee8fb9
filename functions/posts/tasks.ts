import * as z from 'zod';
import { MediaOutcome, OwnPostOutcome, PartOutcome, PermitOutcome } from '#events/publishing.ts';
import { PostId, RepostId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from './deps.ts';
import { tasks as names } from './task-names.ts';

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
    async (input, origin) => (await import('./publishing/claim-and-record.ts')).claimPost(deps, input, origin),
  ),
  task(
    names.record,
    z.object({
      ...onPost,
      permit: PermitOutcome.optional(),
      media: z.array(z.union([MediaOutcome, Fault])).default([]),
      parts: z.array(z.union([PartOutcome, Fault])).default([]),
    }),
    async (input, origin) => (await import('./publishing/claim-and-record.ts')).recordPost(deps, input, origin),
  ),
  task(
    names.recordUnpublished,
    z.object({ ...onPost, outcomes: z.array(z.union([OwnPostOutcome, Fault])) }),
    async (input, origin) => (await import('./published/record-outcome.ts')).recordPostUnpublished(deps, input, origin),
  ),
  task(
    names.recordRepost,
    z.object({ ...onPost, repostId: RepostId, met: z.union([OwnPostOutcome, Fault]) }),
    async (input, origin) => (await import('./published/record-outcome.ts')).recordPostReposted(deps, input, origin),
  ),
  task(names.findOverdue, z.object({}), async () => (await import('./publishing/recover.ts')).overduePosts(deps)),
  task(names.remindOfApprovals, z.object({}), async (_, origin) =>
    (await import('./approval/send-reminders.ts')).remindOfApprovals(deps, origin),
  ),
  task(names.revive, z.object(onPost), async (post, origin) => ({
    outcome: await (await import('./publishing/recover.ts')).revivePost(deps, post, origin),
  })),
];
