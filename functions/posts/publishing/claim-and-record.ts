import type { TaskOrigin } from '#shared/lambda/task.ts';
import { filesOf } from '../checks/readiness.ts';
import type { Deps } from '../deps.ts';
import { withHash } from '../domain/content-hash.ts';
import type { Media } from '../domain/media.ts';
import type { Post } from '../domain/post.ts';
import { claim, type ClaimRequest, hold, mayBeOnX, type Met, record } from '../domain/publication.ts';
import { isPartlyOut } from '../domain/recovery.ts';
import { blockerNow } from './claim-checks.ts';
import { uploadOf } from './media-upload.ts';

interface OnPost {
  workspaceId: string;
  postId: string;
}

/**
 * Lets one execution publish the post now, after a look at all that may have changed since it was scheduled. Asking again
 * as the same execution gives the same answer, unless it is the last look: once the files are on X, which takes as long
 * as it takes, all is looked at again right before the first part goes out.
 * @throws DomainError `changed_meanwhile` when another execution, or a person, wrote at the same time
 */
export const claimPost = async (
  deps: Deps,
  { workspaceId, postId, scheduleVersion, isLastLook = false }: OnPost & Omit<ClaimRequest, 'execution'>,
  origin: TaskOrigin,
) => {
  const [post, hasEnded] = await Promise.all([
    deps.posts.find(workspaceId, postId),
    deps.deletedWorkspaces.hasEnded(workspaceId),
  ]);
  if (!post || hasEnded) return { outcome: 'skip' };
  const decision = claim(post, { execution: origin.execution, scheduleVersion, isLastLook }, deps.now());
  if (decision.outcome === 'stopped') {
    await deps.posts.save(decision.post, origin);
    return { outcome: 'stopped' };
  }
  if (decision.outcome !== 'go') return decision;
  const files = await filesOf(deps, post);
  const isClaimed = decision.post === post;
  // Its own execution asks again: it was let pass already.
  if (isClaimed && !isLastLook) return toPublish(post, files);
  // What may be on X is looked for there before anything else counts; nothing is sent meanwhile.
  const blocker = mayBeOnX(decision.post) ? undefined : await blockerNow(deps, post, files);
  if (isClaimed && !blocker) return toPublish(post, files, { areUploaded: true });
  // Losing the write to another execution, or to a person's change, throws: the workflow retries and looks again.
  await deps.posts.save(blocker ? hold(post, blocker) : withHash(decision.post, files), origin);
  return blocker ? { outcome: 'stopped' } : toPublish(decision.post, files);
};

/** Records what an execution met: only the claim's own execution may do so, and only once. */
export const recordPost = async (deps: Deps, { workspaceId, postId, ...met }: OnPost & Met, origin: TaskOrigin) => {
  const post = await deps.posts.find(workspaceId, postId);
  if (post?.claimedBy !== origin.execution) return { outcome: 'skip' };
  const recorded = await deps.posts.save(record(post, met, deps.now(), deps.faultPauseMs), origin);
  return { outcome: recorded.status };
};

/**
 * What goes out, for the workflow. `path` lets a plain post take the shortest way. Files go to X first: how long that
 * takes is not known, so the last look comes after it. A campaign is asked for its permit once, right before the first
 * part, so that a thread is not stopped halfway.
 */
const toPublish = (post: Post, files: ReadonlyMap<string, Media>, { areUploaded = false } = {}) => {
  const media = [...files.values()].map(uploadOf);
  return {
    outcome: 'go',
    path: pathOf(post, media.length > 0, areUploaded),
    accountId: post.accountId,
    campaignId: post.campaignId,
    timeSetAt: post.timeSetAt,
    isUnsettled: post.publication?.isUnsettled === true,
    media,
    parts: post.parts.map((content, part) => ({
      part,
      ...content,
      hasUrl: post.urlParts.includes(part),
      later: laterThan(post, part),
      ...labelsOf(post),
      ...(mayBeOnX(post) && { lookSince: post.publication?.lookSince }),
    })),
  };
};

const pathOf = (
  post: Post,
  hasMedia: boolean,
  areUploaded: boolean,
): 'look' | 'media' | 'campaign' | 'plain' | 'full' => {
  if (mayBeOnX(post)) return 'look';
  if (hasMedia && !areUploaded) return 'media';
  if (post.campaignId !== null && !isPartlyOut(post)) return 'campaign';
  return post.parts.length === 1 && !hasMedia ? 'plain' : 'full';
};

/** The parts after the first one, with and without a link: what a thread costs is known before it begins. */
const laterThan = ({ parts, urlParts }: Post, part: number) => {
  const withUrl = part === 0 ? urlParts.filter((each) => each > 0).length : 0;
  return { plain: part === 0 ? parts.length - 1 - withUrl : 0, withUrl };
};

const labelsOf = ({ replySettings, madeWithAi, paidPartnership }: Post) => ({
  replySettings,
  madeWithAi,
  paidPartnership,
});
