import * as z from 'zod';
import { OwnPostOutcome } from '#events/publishing.ts';
import { PostId, RepostId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { tasks as names } from '../task-names.ts';
import { claimRepost } from './claim-repost.ts';
import { recordPostReposted, recordPostUnpublished } from './record-outcome.ts';

const onPost = { workspaceId: WorkspaceId, postId: PostId };
const Outcome = z.union([OwnPostOutcome, z.object({ outcome: z.literal('fault') })]);

/** Tasks that claim a repost, and record the outcome of a deletion or a repost on X. */
export const onXTasks = (deps: Deps): Task[] => [
  task(names.recordUnpublished, z.object({ ...onPost, outcomes: z.array(Outcome) }), async (input, origin) =>
    recordPostUnpublished(deps, input, origin),
  ),
  task(names.claimRepost, z.object({ ...onPost, repostId: RepostId }), async (input, origin) =>
    claimRepost(deps, input, origin),
  ),
  task(names.recordRepost, z.object({ ...onPost, repostId: RepostId, met: Outcome }), async (input, origin) =>
    recordPostReposted(deps, input, origin),
  ),
];
