import * as z from 'zod';
import { AccountId, CampaignId, PostId, SlotId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

/** Post statuses that events report; no event reports that a post is being published. */
export const KnownPostStatus = z.enum([
  'draft',
  'scheduled',
  'published',
  'failed',
  'held',
  'missed',
  'cancelled',
  'deleted',
]);
export type KnownPostStatus = z.infer<typeof KnownPostStatus>;

/** What this context knows about a post from events of `posts`, and the slot that claimed it. */
export const KnownPost = z.object({
  postId: PostId,
  status: KnownPostStatus,
  accountId: AccountId,
  /** Version of the post with this status. */
  entityVersion: z.int(),
  /** When the post got this status. */
  at: Instant,
  /** When it is published (UTC), if a person scheduled it; null otherwise. */
  publishAt: Instant.nullable().default(null),
  /** The slot that last claimed the post. It follows events of the post even after letting go of it. */
  taken: z
    .object({
      campaignId: CampaignId,
      slotId: SlotId,
      /** When the slot let go of the post (UTC); null: it still holds it. */
      letGoAt: Instant.nullable().default(null),
      /** Cost of the post at X when it was checked, in micro-dollars. */
      micros: z.int().min(0).default(0),
    })
    .nullable()
    .default(null),
  /** The campaign whose approval covers exactly this content of the post. */
  approvedWith: CampaignId.nullable().default(null),
});
export type KnownPost = z.infer<typeof KnownPost>;

/**
 * A slot's claim of a post, conditional on the post still being held as in `seen`: by the previous slot, or by none.
 */
export interface Claim {
  postId: string;
  slotId: string;
  /** Cost of the post at X, in micro-dollars. */
  micros: number;
  seen: string | null;
}
