import * as events from '#events/campaigns.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { Slot } from './domain/slot.ts';

/** Events for a write of a slot. Launches, plan changes, resumptions and events of posts write slots. */
export const slotEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  // An expired TTL marks the last version of a deleted slot.
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
