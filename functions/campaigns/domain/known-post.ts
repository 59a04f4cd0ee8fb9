import * as z from 'zod';
import { CampaignId, PostId, SlotId } from '#shared/ids.ts';
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
  /** Version of the post that reported the status. */
  entityVersion: z.int(),
  /** When that was; unknown for statuses reported before this was kept. */
  at: Instant.optional(),
  /** The slot that took the post last; it may have let go of it since, see `holds`. */
  taken: z.object({ campaignId: CampaignId, slotId: SlotId }).nullable().default(null),
});
export type KnownPost = z.infer<typeof KnownPost>;

/** A slot takes a post, on condition that it is still held as in `seen`: by the slot that had it before, or by none. */
export interface Claim {
  postId: string;
  slotId: string;
  seen: string | null;
}
