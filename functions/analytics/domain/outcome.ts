import * as z from 'zod';
import { AccountId, CampaignId, PostId, WorkspaceId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

/** A post that was not published when it was due. */
export const PublishingOutcome = z.object({
  workspaceId: WorkspaceId,
  postId: PostId,
  accountId: AccountId,
  campaignId: CampaignId.nullable(),
  kind: z.enum(['failed', 'held', 'missed']),
  /** Machine-readable reason. */
  code: z.string(),
  at: Instant,
});
export type PublishingOutcome = z.infer<typeof PublishingOutcome>;
