import { createHash } from 'node:crypto';
import { DomainError } from '../../../shared/errors.ts';
import { costOf, type Post } from './post.ts';
import { mostAttempts, type Receipt } from './receipt.ts';

/** What is attested of a published post, at its place in the chain. @throws DomainError `not_published` for any other */
export const receiptOf = (post: Post, chain: Receipt['chain']): Receipt => {
  const { id: postId, workspaceId, accountId, campaignId, contentHash, writtenBy, scheduledBy, publication } = post;
  if (!publication || publication.publishedAt === null) {
    throw new DomainError('conflict', 'not_published', 'There is a receipt once every part of the post is on X.');
  }
  const { dueAt, publishedAt, parts } = publication;
  const { status, decidedBy, decidedAt, isOverride } = post.approval;
  const isApproved = status === 'approved' && decidedBy !== null && decidedAt !== null;
  return {
    postId,
    workspaceId,
    accountId,
    campaignId: campaignId,
    contentHash,
    writtenBy,
    scheduledBy,
    approval: isApproved ? { decidedBy, decidedAt, isOverride } : null,
    dueAt,
    publishedAt,
    latenessMs: Date.parse(publishedAt) - Date.parse(dueAt),
    attempts: publication.tries.slice(0, mostAttempts),
    costMicros: costOf(publication),
    xPosts: parts.map(({ xPostId, publishedAt: at }) => ({ xPostId, publishedAt: at })),
    chain,
  };
};

/** What the next receipt of the chain names this one by: SHA-256 (hex) of its canonical form. */
export const hashOfReceipt = (receipt: Receipt): string =>
  createHash('sha256').update(canonicalOf(receipt)).digest('hex');

/** One text for one receipt, whatever order its fields come in (RFC 8785; our values are strings, integers and null). */
export const canonicalOf = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  );

/** The name of a public key: the beginning of its SHA-256. */
export const keyIdOf = (publicKey: string): string =>
  createHash('sha256').update(publicKey).digest('base64url').slice(0, 16);
