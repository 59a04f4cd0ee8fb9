import type { WorkspaceSettings } from '#events/users.ts';
import { DomainError } from '#shared/errors.ts';
import { isMachine } from './hands.ts';
import { type Approval, noApproval, type Post } from './post.ts';

/** Problem code of a post that is held until it is approved. */
export const approvalMissing = 'approval_missing';

const refuse = (code: string, message: string): DomainError => new DomainError('conflict', code, message);

/** @throws DomainError `conflict` once the post is being published, or was published, unpublished or deleted */
const assertOpen = ({ status }: Post, doing: string): void => {
  if (['draft', 'scheduled', 'held', 'failed', 'cancelled', 'missed'].includes(status)) return;
  throw refuse(`post_${status}`, `A post with the status ${status} cannot be ${doing}.`);
};

/**
 * Submits the current content for approval. Submitting content that is already submitted or approved changes nothing.
 * @param submitters the people behind the request
 */
export const submit = (post: Post, { by, submitters }: { by: string; submitters: string[] }, now: Date): Post => {
  assertOpen(post, 'submitted');
  const { approval, contentHash } = post;
  const isSameContent = approval.contentHash === contentHash;
  if (isSameContent && (approval.status === 'submitted' || approval.status === 'approved')) return post;
  const submitted: Approval = {
    ...noApproval,
    status: 'submitted',
    contentHash,
    submittedBy: by,
    submitters,
    submittedAt: now.toISOString(),
  };
  return { ...post, approval: submitted, approvalReminders: [] };
};

interface Decision {
  by: string;
  /** Everyone with a hand in the current content (`handsBehind`). */
  hands: readonly string[];
  /** The approval that the workspace requires. */
  demanded: WorkspaceSettings['approval'];
  /** Whether the decision uses the permission to override. */
  isOverride: boolean;
}

/**
 * Approves the post with exactly its current content: any later change to it withdraws the approval. The post need not
 * have been submitted.
 * @throws DomainError if the workspace requires a second pair of eyes: `only_for_people` for a machine, `four_eyes` for
 *   people with a hand in the content, directly or through a machine of theirs, `writer_unknown` if a machine whose
 *   people are unknown has a hand in it
 */
export const approve = (post: Post, { by, hands, demanded, isOverride }: Decision, now: Date): Post => {
  assertOpen(post, 'approved');
  const blocker = fourEyesBlocker(by, hands);
  if (demanded === 'four_eyes' && blocker && !(isOverride && blocker.code !== 'only_for_people')) throw blocker;
  const approval: Approval = {
    ...post.approval,
    status: 'approved',
    contentHash: post.contentHash,
    decidedBy: by,
    decidedAt: now.toISOString(),
    isOverride,
    isOwn: blocker !== undefined,
  };
  return { ...post, approval };
};

/** Why an approval by this person or machine is not a second pair of eyes; undefined if it is. */
const fourEyesBlocker = (by: string, hands: readonly string[]): DomainError | undefined => {
  const refused = (code: string, why: string): DomainError =>
    new DomainError('forbidden', code, `This workspace requires approval by someone else: ${why}`);
  if (isMachine(by)) return refused('only_for_people', 'a service account cannot approve.');
  if (hands.includes(by)) {
    return refused('four_eyes', 'you wrote, described or submitted content of this post, or your service account did.');
  }
  if (!hands.some(isMachine)) return undefined;
  return refused(
    'writer_unknown',
    'a service account wrote part of this post, and who created that account is unknown. An owner or admin can approve it ' +
      'with `override`.',
  );
};

/** Sends the post back to its author. @throws DomainError `not_submitted` if it was neither submitted nor approved */
export const requestChanges = (post: Post, by: string, now: Date): Post => {
  assertOpen(post, 'sent back');
  if (post.approval.status !== 'submitted' && post.approval.status !== 'approved') {
    throw refuse('not_submitted', 'The post was not submitted for approval.');
  }
  const decided = { decidedBy: by, decidedAt: now.toISOString(), isOverride: false };
  return { ...post, approval: { ...post.approval, ...decided, status: 'changes_requested' } };
};

/** Whether the workspace's current approval setting lets this content be published. */
export const isCleared = (
  { approval: { status, contentHash: approved, isOwn, isOverride } }: Pick<Post, 'approval'>,
  contentHash: string,
  { approval: demanded }: WorkspaceSettings,
): boolean => {
  if (demanded === 'off') return true;
  // It may have been approved before the workspace required four eyes.
  const isSeen = demanded !== 'four_eyes' || !isOwn || isOverride;
  return status === 'approved' && approved === contentHash && isSeen;
};

/** @throws DomainError `approval_required` when the workspace wants an approval that the post does not have. */
export const assertCleared = (post: Post, settings: WorkspaceSettings): void => {
  if (isCleared(post, post.contentHash, settings)) return;
  throw refuse(
    'approval_required',
    'The workspace requires approval before publishing, and the content is not approved. Submit the post, or have it ' +
      'approved.',
  );
};
