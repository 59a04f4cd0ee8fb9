import * as z from 'zod';
import { MediaToUpload, PartToPublish } from '#events/publishing.ts';
import { AccountId, CampaignId, PostId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from './deps.ts';
import { Usage } from './domain/usage.ts';
import { tasks as names } from './task-names.ts';

const onAccount = { workspaceId: WorkspaceId, accountId: AccountId };
const XPostId = z.string().regex(/^\d{1,19}$/);
/** The campaign pays for its posts: every billable call says whose it is. */
const ofPost = { ...onAccount, postId: PostId, campaignId: CampaignId.nullable() };

/** The steps of workflows that talk to X, each loaded when a workflow first asks for it: requests do without them. */
export const tasks = (deps: Deps): Task[] => [
  ...tendingTasks(deps),
  ...meteringTasks(deps),
  task(names.deletePost, z.object({ ...ofPost, xPostId: XPostId }), async (post, origin) =>
    (await import('./publishing/own-posts.ts')).deletePost(deps, post, origin),
  ),
  task(names.repost, z.object({ ...ofPost, xPostId: XPostId }), async (post, origin) =>
    (await import('./publishing/own-posts.ts')).repost(deps, post, origin),
  ),
  task(
    names.publishPart,
    z.object({ ...ofPost, part: PartToPublish, isWithheld: z.boolean().optional() }),
    async ({ part, ...of }, origin) =>
      (await import('./publishing/publish-part.ts')).publishPart(deps, { ...of, ...part }, origin),
  ),
  task(names.uploadMedia, z.object({ ...ofPost, media: MediaToUpload }), async (input, origin) =>
    (await import('./publishing/upload-media.ts')).uploadMedia(deps, input, origin),
  ),
  task(
    names.readPosts,
    z.object({
      ...onAccount,
      xPostIds: z.array(XPostId).min(1).max(100),
    }),
    async (input, origin) => (await import('./metrics/read-posts.ts')).readPosts(deps, input, origin),
  ),
];

/** The steps of `tend-accounts`. */
const tendingTasks = (deps: Deps): Task[] => [
  task(names.reencrypt, z.object({ next: z.string().max(200).nullable() }), async ({ next }) =>
    (await import('./connections/reencrypt.ts')).reencrypt(deps, next),
  ),
  task(names.dueProbes, z.object({ shard: z.int().min(0) }), async ({ shard }) =>
    (await import('./account-health/probe.ts')).dueProbes(deps, shard),
  ),
  task(names.probe, z.object(onAccount), async (account, origin) =>
    (await import('./account-health/probe.ts')).probe(deps, account, origin, { yields: true }),
  ),
];

/** The steps of `tally-usage`, and of the daily look at the ledgers. */
const meteringTasks = (deps: Deps): Task[] => [
  task(names.tallyUsage, z.object({}), async () => (await import('./usage/tally.ts')).tallyUsage(deps)),
  task(names.doubtfulUsages, z.object({ from: z.int().min(0) }), async ({ from }) =>
    (await import('./usage/tally.ts')).doubtfulUsages(deps, from),
  ),
  task(
    names.correctUsage,
    z.object({
      workspaceId: WorkspaceId,
      moves: z.int(),
      sums: Usage.pick({ spentMicros: true, kinds: true, accounts: true, campaigns: true }),
    }),
    async (doubt) => ({ isCorrected: await (await import('./usage/tally.ts')).correctUsage(deps, doubt) }),
  ),
];
