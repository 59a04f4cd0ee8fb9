import * as z from 'zod';
import { MediaToUpload, PartToPublish, PermitOutcome } from '#events/publishing.ts';
import { AccountId, CampaignId, PostId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import { Instant } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { XId } from '../domain/x-id.ts';
import { tasks as names } from '../task-names.ts';
import { deletePost, repost } from './own-posts.ts';
import { publishPart } from './publish-part.ts';
import { uploadMedia } from './upload-media.ts';

/** A campaign pays for its posts, so every billable call names it. */
const ofPost = {
  workspaceId: WorkspaceId,
  accountId: AccountId,
  postId: PostId,
  campaignId: CampaignId.nullable(),
};

/** Tasks that publish posts on X and delete them again. */
export const publishingTasks = (deps: Deps): Task[] => [
  task(
    names.publishPart,
    z.object({ ...ofPost, part: PartToPublish, isWithheld: z.boolean().optional(), permit: PermitOutcome.optional() }),
    async ({ part, ...of }, origin) => publishPart(deps, { ...of, ...part }, origin),
  ),
  task(names.uploadMedia, z.object({ ...ofPost, media: MediaToUpload }), async (input, origin) =>
    uploadMedia(deps, input, origin),
  ),
  task(names.deletePost, z.object({ ...ofPost, xPostId: XId }), async (post, origin) => deletePost(deps, post, origin)),
  task(names.repost, z.object({ ...ofPost, xPostId: XId, sendBy: Instant.optional() }), async (post, origin) =>
    repost(deps, post, origin),
  ),
];
