import * as z from 'zod';
import { MediaOutcome, PartOutcome, PermitOutcome, type MediaToUpload } from '../../events/publishing.ts';
import { PostId, WorkspaceId } from '../../shared/ids.ts';
import { task, type Task } from '../../shared/lambda/task.ts';
import { obstacleToClaim } from './claim-checks.ts';
import { tasks as names } from './contract.ts';
import type { Deps } from './deps.ts';
import { objectKeyOf, type Media } from './domain/media.ts';
import type { Post } from './domain/post.ts';
import { claim, hold, isPartlyOut, overdueBefore, record } from './domain/publication.ts';
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
      const files = await filesOf(deps, post);
      // Its own execution asks again: it was let pass already.
      if (decision.post === post) return toPublish(post, files);
      const obstacle = await obstacleToClaim(deps, post, files);
      // Losing the write to another execution, or to a person's change, throws: the workflow retries and looks again.
      await deps.posts.save(obstacle ? hold(post, obstacle) : decision.post, origin);
      return obstacle ? { outcome: 'stopped' } : toPublish(post, files);
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

/**
 * What goes out, for the workflow. `path` lets a plain post take the shortest way; a campaign is asked for its permit
 * once, before the first part: half a thread is nobody's wish.
 */
const toPublish = (post: Post, files: ReadonlyMap<string, Media>) => {
  const media = [...files.values()].map(uploadOf);
  const isPlain = post.parts.length === 1 && media.length === 0;
  const needsPermit = post.campaignId !== null && !isPartlyOut(post);
  return {
    outcome: 'go',
    path: needsPermit ? 'campaign' : isPlain ? 'plain' : 'full',
    accountId: post.accountId,
    campaignId: post.campaignId,
    isUnsettled: post.publication?.isUnsettled === true,
    media,
    parts: post.parts.map((content, part) => ({ part, ...content, ...labelsOf(post) })),
  };
};

const labelsOf = ({ replySettings, madeWithAi, paidPartnership }: Post) => ({
  replySettings,
  madeWithAi,
  paidPartnership,
});

/** The media files of a post, each once, in the order of its parts. @throws DomainError when one is not there */
const filesOf = async ({ media }: Deps, { workspaceId, parts }: Post): Promise<ReadonlyMap<string, Media>> => {
  const ids = [...new Set(parts.flatMap(({ mediaIds }) => mediaIds))];
  const files = await Promise.all(ids.map((id) => media.get(workspaceId, id)));
  return new Map(files.map((file) => [file.id, file]));
};

const uploadOf = (file: Media): MediaToUpload => {
  const { id: mediaId, contentType, bytes, altText } = file;
  return { mediaId, objectKey: objectKeyOf(file), contentType, bytes, altText, etag: null, subtitles: [] };
};
