import * as z from 'zod';
import { MediaToUpload, PartToPublish } from '../../events/publishing.ts';
import { AccountId, CampaignId, PostId, WorkspaceId } from '../../shared/ids.ts';
import { task, type Task } from '../../shared/lambda/task.ts';
import { tasks as names } from './contract.ts';
import type { Deps } from './deps.ts';

const onAccount = { workspaceId: WorkspaceId, accountId: AccountId };
/** The campaign pays for its posts: every billable call says whose it is. */
const ofPost = { ...onAccount, postId: PostId, campaignId: CampaignId.nullable() };

/** The steps of workflows that talk to X, each loaded when a workflow first asks for it: requests do without them. */
export const tasks = (deps: Deps): Task[] => [
  ...tendingTasks(deps),
  task(
    names.publishPart,
    z.object({ ...ofPost, part: PartToPublish, isWithheld: z.boolean().optional() }),
    async ({ part, ...of }, origin) =>
      (await import('./publish-part.ts')).publishPart(deps, { ...of, ...part }, origin),
  ),
  task(names.uploadMedia, z.object({ ...ofPost, media: MediaToUpload }), async (input, origin) =>
    (await import('./upload-media.ts')).uploadMedia(deps, input, origin),
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
    async (input, origin) => (await import('./read-posts.ts')).readPosts(deps, input, origin),
  ),
];

/** The steps of `tend-accounts`. */
const tendingTasks = (deps: Deps): Task[] => [
  task(names.reencrypt, z.object({ next: z.string().max(200).nullable() }), async ({ next }) =>
    (await import('./reencrypt.ts')).reencrypt(deps, next),
  ),
  task(names.dueProbes, z.object({ shard: z.int().min(0) }), async ({ shard }) =>
    (await import('./probe.ts')).dueProbes(deps, shard),
  ),
  task(names.probe, z.object(onAccount), async (account, origin) =>
    (await import('./probe.ts')).probe(deps, account, origin),
  ),
];
