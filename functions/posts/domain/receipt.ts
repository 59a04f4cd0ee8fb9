import * as z from 'zod';
import { AccountId, AutomationId, CampaignId, PersonId, PostId, WorkspaceId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import { maxShortLinks } from './short-link.ts';

/** Maximum number of attempts in a receipt: a post keeps far fewer (`triesKept`). */
export const maxAttempts = 100;

/**
 * What a receipt attests: exactly what was published, who wrote, approved and scheduled it, and when it was due and
 * published.
 */
export const Receipt = z
  .strictObject({
    postId: PostId,
    workspaceId: WorkspaceId,
    accountId: AccountId,
    campaignId: CampaignId.nullable().meta({ description: 'Campaign that the post belonged to; null: none' }),
    contentHash: z.string().max(64).meta({ description: 'SHA-256 of exactly what was published' }),
    writtenBy: PersonId.nullable().meta({ description: 'Who wrote the published content; null: unknown' }),
    automationId: AutomationId.optional().meta({ description: 'Automation that wrote it; left out for all others' }),
    scheduledBy: PersonId.nullable().meta({ description: 'Who scheduled the post; null if a campaign did' }),
    approval: z
      .strictObject({
        decidedBy: PersonId,
        decidedAt: Instant,
        isOverride: z.boolean().meta({ description: 'Whether it was approved by override' }),
      })
      .nullable()
      .meta({ description: 'Approval of the published content; null: none' }),
    dueAt: Instant.meta({ description: 'When the post was to be published (UTC)' }),
    publishedAt: Instant.meta({ description: 'When its last part was published (UTC)' }),
    latenessMs: z.int().meta({ description: 'From `dueAt` to `publishedAt`, in milliseconds' }),
    attempts: z
      .array(
        z.strictObject({
          at: Instant,
          outcome: z.string().max(200).meta({ description: '`published`, or what ended the attempt' }),
          code: z
            .string()
            .max(200)
            .nullable()
            .meta({ description: 'Cause, if the attempt did not publish the post; otherwise null' }),
        }),
      )
      .max(maxAttempts)
      .meta({ description: 'The latest 25 publishing attempts, in order' }),
    costMicros: z
      .int()
      .min(0)
      .optional()
      .meta({
        description:
          'X API cost in micro-dollars (millionths of a US dollar), without alt texts and subtitles; only for callers who ' +
          'may read usage',
      }),
    xPosts: z
      .array(
        z.strictObject({
          xPostId: z.string().max(19).meta({ description: 'Id of the part on X' }),
          publishedAt: Instant,
        }),
      )
      .min(1)
      .max(25)
      .meta({ description: 'Parts on X, in thread order' }),
    /** Absent if the post was published as written. */
    shortLinks: z
      .array(
        z.strictObject({
          part: z.int().min(0).meta({ description: 'Position of the part, from 0' }),
          target: z
            .string()
            .max(25_000)
            .meta({
              description: 'Link as it was written and approved',
              examples: ['https://example.com/spring'],
            }),
          url: z
            .string()
            .max(200)
            .meta({
              description: 'Short link that was published in its place',
              examples: ['https://d111111abcdef8.cloudfront.net/l/4fKq0ZtX9bLm'],
            }),
        }),
      )
      .max(maxShortLinks)
      .optional()
      .meta({ description: 'Short links that were published in place of links of the text' }),
    /** Its place among the workspace's receipts: none can be removed or inserted later. */
    chain: z
      .strictObject({
        position: z.int().min(1).meta({ description: 'Position in the chain of the workspace, from 1' }),
        previousHash: z
          .string()
          .max(64)
          .nullable()
          .meta({ description: 'SHA-256 of the canonical form of the previous receipt; null for the first' }),
      })
      .meta({ description: 'Link to the previous receipt, which makes later changes detectable' }),
  })
  .meta({ id: 'Receipt', description: 'Proof of what was published, by whom and when' });
export type Receipt = z.infer<typeof Receipt>;

/** A receipt with the stage's signature over its canonical form (Ed25519, RFC 8032). */
export const SignedReceipt = z
  .strictObject({
    receipt: Receipt,
    keyId: z.string().max(64).meta({ description: 'Id of the signing key (`kid` of the public key)' }),
    signature: z
      .string()
      .max(128, { abort: true })
      .regex(/^[\w-]+$/)
      .meta({ description: 'Ed25519 signature of the canonical receipt (RFC 8785), base64url' }),
  })
  .meta({ id: 'SignedReceipt' });
export type SignedReceipt = z.infer<typeof SignedReceipt>;
