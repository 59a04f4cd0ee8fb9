import * as z from 'zod';
import { CampaignId, PostId, SlotId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import { Campaign } from './domain/campaign.ts';
import { type Slot, SlotStatus } from './domain/slot.ts';

export const onCampaign = z.strictObject({ campaignId: CampaignId });

/** A campaign as lists show it. */
export const CampaignSummary = Campaign.omit({
  workspaceId: true,
  correlationId: true,
  changedBy: true,
  startedAt: true,
  slots: true,
}).meta({ id: 'CampaignSummary' });

/** A campaign with its slots, in the order they were given. */
export const CampaignView = CampaignSummary.extend({
  slots: z
    .array(
      z.object({
        id: SlotId,
        postId: PostId,
        publishAt: Instant.meta({ description: 'Planned time of the post (UTC)' }),
        status: SlotStatus,
      }),
    )
    .meta({ description: 'Posts of the campaign and their times, in the order given' }),
}).meta({ id: 'CampaignView' });

/** A campaign as the API shows it. A draft has no slots of their own yet: all are open. */
export const viewOf = (campaign: Campaign, slots: readonly Slot[]) => {
  const statuses = new Map(slots.map(({ id, status }) => [id, status]));
  return { ...campaign, slots: campaign.slots.map((slot) => ({ ...slot, status: statuses.get(slot.id) ?? 'open' })) };
};
