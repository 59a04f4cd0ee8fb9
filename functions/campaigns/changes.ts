import * as events from '#events/campaigns.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Change } from '#shared/lambda/stream.ts';
import { Campaign } from './domain/campaign.ts';
import { Slot } from './domain/slot.ts';

/** What a write of this context's table means to the others. */
export const eventsFor = ({ before, after }: Change): DomainEvent[] => {
  if (after?.type === 'campaign') {
    return campaignEvents(before && entityOf(Campaign, before), entityOf(Campaign, after));
  }
  if (after?.type === 'slot') return slotEvents(before && entityOf(Slot, before), entityOf(Slot, after));
  return [];
};

const campaignEvents = (before: Campaign | undefined, campaign: Campaign): DomainEvent[] => {
  const { id, run, result, utm } = campaign;
  if (!before) return [tell(events.CampaignCreated, campaign, id, { utm })];
  if (campaign.status === before.status) return [tell(events.CampaignChanged, campaign, id, { utm })];
  switch (campaign.status) {
    case 'draft':
      return [];
    case 'running':
      if (before.run > 0) return [tell(events.CampaignResumed, campaign, id, { run })];
      return [
        tell(events.CampaignLaunched, campaign, id, {
          run,
          slots: campaign.slots.map(({ id: slotId, postId }) => ({ slotId, postId })),
        }),
      ];
    case 'paused':
      return [tell(events.CampaignPaused, campaign, id, {})];
    case 'cancelled':
      return [tell(events.CampaignCancelled, campaign, id, {})];
    case 'completed':
      return result ? [tell(events.CampaignCompleted, campaign, id, result)] : [];
  }
};

const slotEvents = (before: Slot | undefined, slot: Slot): DomainEvent[] => {
  if (slot.planVersion <= (before?.planVersion ?? 0)) return [];
  const { id: slotId, campaignId, postId, publishAt, timeZone, planVersion, askedAt } = slot;
  return [
    tell(events.CampaignSlotPlanned, slot, slotId, {
      ...{ campaignId, slotId, postId, publishAt, timeZone, planVersion },
      askedAt,
    }),
  ];
};
