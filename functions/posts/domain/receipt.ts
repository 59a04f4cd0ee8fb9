import * as z from 'zod';
import { AccountId, CampaignId, PersonId, PostId, WorkspaceId } from '../../../shared/ids.ts';
import { Instant } from '../../../shared/time.ts';

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
    attempts: z.int().min(1),
    xPosts: z
      .array(z.strictObject({ xPostId: z.string().max(19), publishedAt: Instant }))
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
