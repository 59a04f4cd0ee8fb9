import type { OwnPostOutcome } from '#events/publishing.ts';
import { DomainError } from '#shared/errors.ts';
import type { Post } from './post.ts';
import { isPartlyOut } from './release.ts';

/**
 * Requests the deletion on X of all published parts. A repeated request during the deletion runs it again, which is
 * harmless.
 * @throws DomainError `conflict` if nothing of the post is on X, it is being published, or it is unknown which parts
 *   are on X
 */
export const requestUnpublish = (post: Post): Post => {
  const { status } = post;
  const isAsked = status === 'unpublishing';
  const canBe = status === 'published' || ((status === 'failed' || status === 'held') && isPartlyOut(post));
  if (!isAsked && !canBe) {
    throw new DomainError('conflict', `post_${status}`, `A post with the status ${status} cannot be deleted on X.`);
  }
  if (post.publication?.isUnsettled === true) {
    const said = 'It is unknown whether all parts of the post are on X. Schedule it again to have X checked.';
    throw new DomainError('conflict', 'post_unsettled', said);
  }
  return { ...post, status: 'unpublishing', claimedBy: null, nextAttemptAt: null, problem: null };
};

/** X ids of the parts to delete, last part first, so that a thread is never shown without its beginning. */
export const partsToUnpublish = ({ publication }: Post): string[] =>
  (publication?.parts ?? []).map(({ xPostId }) => xPostId).reverse();

/** The post after its parts were deleted on X, or some of them could not be. */
export const recordUnpublished = (post: Post, outcomes: readonly (OwnPostOutcome | { outcome: 'fault' })[]): Post => {
  const blocker = outcomes.find(({ outcome }) => outcome !== 'done');
  if (!blocker) return { ...post, status: 'unpublished', problem: null };
  const isWhole = post.publication?.publishedAt !== null;
  const problem =
    'code' in blocker
      ? { code: blocker.code, reason: `The post could not be deleted on X. ${blocker.reason}` }
      : { code: 'fault', reason: 'The post could not be deleted on X. Try again.' };
  return { ...post, status: isWhole ? 'published' : 'failed', problem };
};

/**
 * The post after X has reported that a part of it was deleted there; the same object if the platform deleted it, or it
 * was already reported.
 * @param xPostId id of the part on X
 */
export const noteTakenDown = (post: Post, xPostId: string, at: string): Post => {
  const isOut = post.publication?.parts.some((part) => part.xPostId === xPostId) === true;
  const isOurDoing = post.status === 'unpublishing' || post.status === 'unpublished';
  return !isOut || isOurDoing || post.takenDownAt !== null ? post : { ...post, takenDownAt: at };
};
