import { createHash } from 'node:crypto';
import { canonicalOf } from '#shared/canonical.ts';
import { DomainError } from '#shared/errors.ts';
import { billedFor, type Post } from './post.ts';
import { maxAttempts, type Receipt } from './receipt.ts';

/**
 * The receipt of a published post, at its place in the chain.
 * @throws DomainError `not_published` for any other post
 */
export const receiptOf = (post: Post, chain: Receipt['chain']): Receipt => {
  const { id: postId, workspaceId, accountId, campaignId, contentHash, writtenBy, scheduledBy, publication } = post;
  if (!publication || publication.publishedAt === null) {
    throw new DomainError('conflict', 'not_published', 'The post has no receipt until all its parts are on X.');
  }
  const { dueAt, publishedAt, parts } = publication;
  const shortLinks = (post.shortLinks ?? []).map(({ part, target, url }) => ({ part, target, url }));
  const { status, decidedBy, decidedAt, isOverride } = post.approval;
  // An approval of other content, where none was required, says nothing about what was published.
  const isOfThis = post.approval.contentHash === contentHash;
  const isApproved = status === 'approved' && isOfThis && decidedBy !== null && decidedAt !== null;
  return {
    postId,
    workspaceId,
    accountId,
    campaignId: campaignId,
    contentHash,
    writtenBy,
    ...(post.madeBy && { automationId: post.madeBy.automationId }),
    scheduledBy,
    approval: isApproved ? { decidedBy, decidedAt, isOverride } : null,
    dueAt,
    publishedAt,
    latenessMs: Date.parse(publishedAt) - Date.parse(dueAt),
    attempts: publication.tries.slice(0, maxAttempts),
    costMicros: billedFor(publication),
    xPosts: parts.map(({ xPostId, publishedAt: at }) => ({ xPostId, publishedAt: at })),
    ...(shortLinks.length > 0 && { shortLinks }),
    chain,
  };
};

/** Hash by which the next receipt of the chain refers to this one: SHA-256 (hex) of its canonical form. */
export const hashOfReceipt = (receipt: Receipt): string =>
  createHash('sha256').update(canonicalOf(receipt)).digest('hex');
