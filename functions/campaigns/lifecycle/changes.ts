import * as events from '#events/campaigns.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import type { Campaign } from '../domain/campaign.ts';
import { Slot } from '../domain/slot.ts';

/** Where a campaign stands now. */
export const statusEvents = (before: Campaign | undefined, campaign: Campaign): DomainEvent[] => {
  if (!before || before.status === campaign.status) return [];
  const { id, run, result, review } = campaign;
  const ofReview = { reportVersion: review?.reportVersion ?? '' };
  switch (campaign.status) {
    case 'draft':
      return before.status === 'launching' ? [] : [tell(events.CampaignRevised, campaign, id, { from: before.status })];
    case 'in_review':
      return [tell(events.CampaignSubmitted, campaign, id, ofReview)];
    case 'approved':
      return before.status === 'launching' ? [] : [tell(events.CampaignApproved, campaign, id, ofReview)];
    case 'launching':
      return [];
    case 'running':
      return [tell(before.run > 0 ? events.CampaignResumed : events.CampaignLaunched, campaign, id, { run })];
    case 'paused':
      return [tell(events.CampaignPaused, campaign, id, {})];
    case 'cancelled':
      return [tell(events.CampaignCancelled, campaign, id, {})];
    case 'completed':
      return result ? [tell(events.CampaignCompleted, campaign, id, result)] : [];
    case 'archived':
      return [tell(events.CampaignArchived, campaign, id, {})];
  }
};

/** What a write of a slot means to others. */
export const slotEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  // One that a later launch did not take over: its last version has no time left to live.
  after.ttl === undefined
    ? ofSlot(before && entityOf(Slot, before), entityOf(Slot, after))
    : [droppedEvent(entityOf(Slot, after))];

const ofSlot = (before: Slot | undefined, slot: Slot): DomainEvent[] => {
  const { id: slotId, campaignId, postId, publishAt, timeZone, planVersion, askedAt, launch, trial, templateId } = slot;
  const isClaimed = before?.launch !== launch || before.postId !== postId;
  const isPlanned = planVersion > (before?.planVersion ?? 0);
  if (slot.letGo && !before?.letGo) return [letGoEvent(slot, slot.letGo)];
  return [
    ...(isClaimed
      ? [
          tell(events.CampaignSlotClaimed, slot, slotId, {
            campaignId,
            slotId,
            postId,
            variant: trial?.variant ?? null,
            templateId,
          }),
        ]
      : []),
    ...(isPlanned
      ? [
          tell(events.CampaignSlotPlanned, slot, slotId, {
            ...{ campaignId, slotId, postId, publishAt, timeZone, planVersion },
            askedAt,
          }),
        ]
      : []),
  ];
};

const letGoEvent = (slot: Slot, { at: askedAt, why }: NonNullable<Slot['letGo']>): DomainEvent => {
  const { id: slotId, campaignId, postId, planVersion } = slot;
  return tell(events.CampaignSlotDropped, slot, slotId, { campaignId, slotId, postId, why, planVersion, askedAt });
};

const droppedEvent = (slot: Slot): DomainEvent => {
  const { id: slotId, campaignId, postId } = slot;
  return tell(events.CampaignSlotDropped, slot, slotId, { campaignId, slotId, postId });
};
