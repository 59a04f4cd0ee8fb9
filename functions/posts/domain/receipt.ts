import { createHash } from 'node:crypto';
import * as z from 'zod';
import { DomainError } from '../../../shared/errors.ts';
import { AccountId, CampaignId, PersonId, PostId, WorkspaceId } from '../../../shared/ids.ts';
import { Instant } from '../../../shared/time.ts';
import type { Post } from './post.ts';

/** What is attested of a published post: who let exactly which words out, when they were due and when they were out. */
export const Receipt = z
  .strictObject({
    postId: PostId,
    workspaceId: WorkspaceId,
    accountId: AccountId,
    campaignId: CampaignId.nullable(),
    contentHash: z.string().meta({ description: 'SHA-256 of exactly what went out' }),
    writtenBy: PersonId.nullable(),
    scheduledBy: PersonId.nullable().meta({ description: 'Null when a campaign did' }),
    approval: z.strictObject({ decidedBy: PersonId, decidedAt: Instant, isOverride: z.boolean() }).nullable(),
    dueAt: Instant,
    publishedAt: Instant,
    latenessMs: z.int(),
    attempts: z.int().min(1),
    xPosts: z
      .array(z.strictObject({ xPostId: z.string(), publishedAt: Instant }))
      .min(1)
      .max(25),
  })
  .meta({ id: 'Receipt' });
export type Receipt = z.infer<typeof Receipt>;

/** A receipt with the stage's signature over its canonical form (Ed25519, RFC 8032). */
export const SignedReceipt = z
  .strictObject({
    receipt: Receipt,
    keyId: z.string().max(64),
    signature: z
      .string()
      .max(128)
      .regex(/^[\w-]+$/)
      .meta({ description: 'base64url' }),
  })
  .meta({ id: 'SignedReceipt' });
export type SignedReceipt = z.infer<typeof SignedReceipt>;

/** The receipt of a published post. @throws DomainError `not_published` for any other */
export const receiptOf = (post: Post): Receipt => {
  const { id: postId, workspaceId, accountId, campaignId, contentHash, writtenBy, scheduledBy, publication } = post;
  if (!publication || publication.publishedAt === null) {
    throw new DomainError('conflict', 'not_published', 'There is a receipt once every part of the post is on X.');
  }
  const { dueAt, publishedAt, attempts, parts } = publication;
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
    attempts: Math.max(1, attempts),
    xPosts: parts,
  };
};

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
