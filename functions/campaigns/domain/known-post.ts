import * as z from 'zod';
import { AccountId, CampaignId, PostId, SlotId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

/** The states of a post that its events report; none reports that it is being published just now. */
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

/** What this context knows of a post, from the events of `posts`, and the slot that has taken it. */
export const KnownPost = z.object({
  postId: PostId,
  status: KnownPostStatus,
  accountId: AccountId,
  /** Version of the post that reported the status. */
  entityVersion: z.int(),
  /** When that was. */
  at: Instant,
  /** When it goes out (UTC) because a person has scheduled it; null otherwise. */
  publishAt: Instant.nullable().default(null),
  /** The slot that took the post last. It follows the post's news also once it has let go of it. */
  taken: z
    .object({
      campaignId: CampaignId,
      slotId: SlotId,
      /** When it let go of it (UTC); null: it holds it. */
      letGoAt: Instant.nullable().default(null),
      /** What X bills for it, as it was checked, in micro-dollars. */
      micros: z.int().min(0).default(0),
    })
    .nullable()
    .default(null),
  /** The campaign that was approved with exactly this content of the post. */
  approvedWith: CampaignId.nullable().default(null),
});
export type KnownPost = z.infer<typeof KnownPost>;

/** A slot takes a post, on condition that it is still held as in `seen`: by the slot that had it before, or by none. */
export interface Claim {
  postId: string;
  slotId: string;
  /** What X bills for it, in micro-dollars. */
  micros: number;
  seen: string | null;
}
