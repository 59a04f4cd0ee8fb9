import * as z from 'zod';
import { AccountId, CampaignId, PersonId, PostId, WorkspaceId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

/** The most tries that a receipt names: a post is given up long before. */
export const mostAttempts = 100;

/** What is attested of a published post: who let exactly which words out, when they were due and when they were out. */
export const Receipt = z
  .strictObject({
    postId: PostId,
    workspaceId: WorkspaceId,
    accountId: AccountId,
    campaignId: CampaignId.nullable(),
    contentHash: z.string().max(64).meta({ description: 'SHA-256 of exactly what went out' }),
    writtenBy: PersonId.nullable(),
    scheduledBy: PersonId.nullable().meta({ description: 'Null when a campaign did' }),
    approval: z.strictObject({ decidedBy: PersonId, decidedAt: Instant, isOverride: z.boolean() }).nullable(),
    dueAt: Instant,
    publishedAt: Instant,
    latenessMs: z.int(),
    attempts: z
      .array(z.strictObject({ at: Instant, outcome: z.string().max(200), code: z.string().max(200).nullable() }))
      .max(mostAttempts)
      .meta({ description: 'Each try to bring it out, in order' }),
    costMicros: z
      .int()
      .min(0)
      .optional()
      .meta({ description: 'What X charged for it, in millionths of a US dollar; told to who may read usage' }),
    xPosts: z
      .array(z.strictObject({ xPostId: z.string().max(19), publishedAt: Instant }))
      .min(1)
      .max(25),
    /** Its place among the workspace's receipts: none can be taken out or put between later. */
    chain: z.strictObject({
      position: z.int().min(1),
      previousHash: z
        .string()
        .max(64)
        .nullable()
        .meta({ description: 'SHA-256 of the canonical form of the receipt before it; null for the first' }),
    }),
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
      .max(128, { abort: true })
      .regex(/^[\w-]+$/)
      .meta({ description: 'base64url' }),
  })
  .meta({ id: 'SignedReceipt' });
export type SignedReceipt = z.infer<typeof SignedReceipt>;
