import * as z from 'zod';
import { MediaOutcome, PartOutcome, PermitOutcome } from '#events/publishing.ts';
import { PostId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { tasks as names } from '../task-names.ts';
import { claimPost, recordPost } from './claim-and-record.ts';
import { overduePosts, recoverPost } from './recover.ts';

const onPost = { workspaceId: WorkspaceId, postId: PostId };
const Fault = z.object({ outcome: z.literal('fault') });

/** Tasks that claim a due post, record its outcome, and find and revive posts whose timer was lost. */
export const publishingTasks = (deps: Deps): Task[] => [
  task(
    names.claim,
    z.object({ ...onPost, scheduleVersion: z.int(), isLastLook: z.boolean().default(false) }),
    async (input, origin) => claimPost(deps, input, origin),
  ),
  task(
    names.record,
    z.object({
      ...onPost,
      permit: PermitOutcome.optional(),
      media: z.array(z.union([MediaOutcome, Fault])).default([]),
      parts: z.array(z.union([PartOutcome, Fault])).default([]),
    }),
    async (input, origin) => recordPost(deps, input, origin),
  ),
  task(names.findOverdue, z.object({}), async () => overduePosts(deps)),
  task(names.revive, z.object(onPost), async (post, origin) => ({ outcome: await recoverPost(deps, post, origin) })),
];
