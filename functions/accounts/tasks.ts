import * as z from 'zod';
import { MediaToUpload, PartToPublish } from '../../events/publishing.ts';
import { AccountId, PostId, WorkspaceId } from '../../shared/ids.ts';
import { task, type Task } from '../../shared/lambda/task.ts';
import { tasks as names } from './contract.ts';
import type { Deps } from './deps.ts';
import { publishPart } from './publish-part.ts';
import { readPosts } from './read-posts.ts';
import { uploadMedia } from './upload-media.ts';

const onAccount = { workspaceId: WorkspaceId, accountId: AccountId };

/** The steps of workflows that talk to X. */
export const tasks = (deps: Deps): Task[] => [
  task(names.publishPart, z.object({ ...onAccount, postId: PostId, ...PartToPublish.shape }), (input, origin) =>
    publishPart(deps, input, origin),
  ),
  task(names.uploadMedia, z.object({ ...onAccount, postId: PostId, media: MediaToUpload }), (input, origin) =>
    uploadMedia(deps, input, origin),
  ),
  task(
    names.readPosts,
    z.object({
      ...onAccount,
      xPostIds: z
        .array(z.string().regex(/^\d{1,19}$/))
        .min(1)
        .max(100),
    }),
    (input, origin) => readPosts(deps, input, origin),
  ),
];
