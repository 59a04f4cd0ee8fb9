import type { WorkspaceSettings } from '../../../events/users.ts';
import { DomainError } from '../../../shared/errors.ts';
import { noApproval, type Approval, type Post } from './post.ts';

const refuse = (code: string, message: string): DomainError => new DomainError('conflict', code, message);

/** @throws DomainError `conflict` once the post is on its way, out or deleted. */
const assertOpen = ({ status }: Post, doing: string): void => {
  if (['draft', 'scheduled', 'held', 'failed', 'cancelled', 'missed'].includes(status)) return;
  throw refuse(`post_${status}`, `A post that is ${status} cannot be ${doing}.`);
};

/** The post, asked to be approved as it is now. Asking again for the same content changes nothing. */
export const submit = (post: Post, by: string, now: Date): Post => {
  assertOpen(post, 'submitted');
  const { approval, contentHash } = post;
  const isSame = approval.contentHash === contentHash;
  if (isSame && (approval.status === 'submitted' || approval.status === 'approved')) return post;
  const submitted: Approval = {
    ...noApproval,
    status: 'submitted',
    contentHash,
    submittedBy: by,
    submittedAt: now.toISOString(),
  };
  return { ...post, approval: submitted, approvalReminders: [] };
};

interface Decision {
  by: string;
  /** What the workspace demands. */
  demanded: WorkspaceSettings['approval'];
  /** Whether whoever decides uses the permission to override. */
  isOverride: boolean;
}

/**
 * The post, approved exactly as it is: any later change of its content withdraws it. It need not have been submitted.
 * @throws DomainError `four_eyes` when the workspace wants a second pair of eyes and it is the writer's own, or the
 *   submitter's
 */
export const approve = (post: Post, { by, demanded, isOverride }: Decision, now: Date): Post => {
  assertOpen(post, 'approved');
  const isOwn = by === post.writtenBy || by === post.approval.submittedBy;
  if (demanded === 'four_eyes' && isOwn && !isOverride) {
    throw new DomainError(
      'forbidden',
      'four_eyes',
      'This workspace wants a second pair of eyes: whoever wrote or submitted a post cannot approve it.',
    );
  }
  const approval: Approval = {
    ...post.approval,
    status: 'approved',
    contentHash: post.contentHash,
    decidedBy: by,
    decidedAt: now.toISOString(),
    isOverride,
  };
  return { ...post, approval };
};

/** The post, sent back to its writer. @throws DomainError `not_submitted` when nobody asked. */
export const requestChanges = (post: Post, by: string, now: Date): Post => {
  assertOpen(post, 'sent back');
  if (post.approval.status !== 'submitted' && post.approval.status !== 'approved') {
    throw refuse('not_submitted', 'Nobody has submitted this post for approval.');
  }
  const decided = { decidedBy: by, decidedAt: now.toISOString(), isOverride: false };
  return { ...post, approval: { ...post.approval, ...decided, status: 'changes_requested' } };
};

/** Whether the post may go out with this content, as far as the workspace wants approvals. */
export const isCleared = (
  { approval }: Pick<Post, 'approval'>,
  contentHash: string,
  { approval: demanded }: WorkspaceSettings,
) => demanded === 'off' || (approval.status === 'approved' && approval.contentHash === contentHash);

/** @throws DomainError `approval_required` when the workspace wants an approval that the post does not have. */
export const assertCleared = (post: Post, settings: WorkspaceSettings): void => {
  if (isCleared(post, post.contentHash, settings)) return;
  throw refuse('approval_required', 'This workspace wants posts approved before they go out. Submit it for approval.');
};
