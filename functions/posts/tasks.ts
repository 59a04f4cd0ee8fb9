import * as z from 'zod';
import { MediaOutcome, PartOutcome, PermitOutcome, type MediaToUpload } from '../../events/publishing.ts';
import { PostId, WorkspaceId } from '../../shared/ids.ts';
import { task, type Task } from '../../shared/lambda/task.ts';
import { tasks as names } from './contract.ts';
import type { Deps } from './deps.ts';
import { objectKeyOf } from './domain/media.ts';
import type { Post } from './domain/post.ts';
import { claim, overdueBefore, record } from './domain/publication.ts';
import { revivePost } from './healing.ts';

const onPost = { workspaceId: WorkspaceId, postId: PostId };
const Fault = z.object({ outcome: z.literal('fault') });

/** The steps of `publish-post` that this context carries out. */
export const tasks = (deps: Deps): Task[] => [
  ...tendingTasks(deps),
  task(
    names.claim,
    z.object({ ...onPost, scheduleVersion: z.int() }),
    async ({ workspaceId, postId, scheduleVersion }, origin) => {
      const post = await deps.posts.find(workspaceId, postId);
      if (!post) return { outcome: 'skip' };
      const decision = claim(post, { execution: origin.execution, scheduleVersion }, deps.now());
      if (decision.outcome === 'stopped') {
        await deps.posts.save(decision.post, origin);
        return { outcome: 'stopped' };
      }
      if (decision.outcome !== 'go') return decision;
      // Losing the write to another execution, or to a person's change, throws: the workflow retries and looks again.
      const claimed = decision.post === post ? post : await deps.posts.save(decision.post, origin);
      return toPublish(claimed, await mediaOf(deps, claimed));
    },
  ),
  task(
    names.record,
    z.object({
      ...onPost,
      permit: PermitOutcome.optional(),
      media: z.array(z.union([MediaOutcome, Fault])).default([]),
      parts: z.array(z.union([PartOutcome, Fault])).default([]),
    }),
    async ({ workspaceId, postId, ...met }, origin) => {
      const post = await deps.posts.find(workspaceId, postId);
      // Only the claim's own execution may say what became of it, and only once.
      if (post?.claimedBy !== origin.execution) return { outcome: 'skip' };
      const recorded = await deps.posts.save(record(post, met, deps.now(), deps.faultPauseMs), origin);
      return { outcome: recorded.status };
    },
  ),
];

/** The steps of `tend-posts`. */
const tendingTasks = (deps: Deps): Task[] => [
  task(names.findOverdue, z.object({}), async () => ({ posts: await deps.posts.overdue(overdueBefore(deps.now())) })),
  task(names.revive, z.object(onPost), async (post, origin) => ({ outcome: await revivePost(deps, post, origin) })),
];

/** What goes out, for the workflow. `path` lets a plain post take the shortest way. */
const toPublish = (post: Post, media: MediaToUpload[]) => {
  const isPlain = post.campaignId === null && post.parts.length === 1 && media.length === 0;
  return {
    outcome: 'go',
    path: post.campaignId === null ? (isPlain ? 'plain' : 'full') : 'campaign',
    accountId: post.accountId,
    campaignId: post.campaignId,
    media,
    parts: post.parts.map((content, part) => ({ part, ...content, ...labelsOf(post) })),
  };
};

const labelsOf = ({ replySettings, madeWithAi, paidPartnership }: Post) => ({
  replySettings,
  madeWithAi,
  paidPartnership,
});

const mediaOf = async ({ media }: Deps, post: Post): Promise<MediaToUpload[]> => {
  const ids = [...new Set(post.parts.flatMap(({ mediaIds }) => mediaIds))];
  return Promise.all(
    ids.map(async (id) => {
      const file = await media.get(post.workspaceId, id);
      const { contentType, bytes, altText } = file;
      return { mediaId: id, objectKey: objectKeyOf(file), contentType, bytes, altText, etag: null, subtitles: [] };
    }),
  );
};
