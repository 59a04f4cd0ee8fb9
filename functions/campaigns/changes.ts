import { entityOf } from '#shared/entities.ts';
import type { DomainEvent } from '#shared/events/event.ts';
import type { Change } from '#shared/lambda/stream.ts';
import { appliedPlanEvents } from './applying/changes.ts';
import { automationEvents } from './automations/changes.ts';
import { spendingEvents } from './budget/changes.ts';
import { descriptionEvents } from './campaign-changes.ts';
import { Campaign } from './domain/campaign.ts';
import { experimentEvents } from './experiments/changes.ts';
import { launchEvents } from './launch/changes.ts';
import { statusEvents } from './lifecycle/changes.ts';
import { planEvents } from './planning/changes.ts';
import { slotEvents } from './slot-changes.ts';

/** Returns the events for a write to this context's table. */
export const eventsFor = ({ before, after }: Change): DomainEvent[] => {
  switch (after?.type) {
    case 'campaign':
      return campaignEvents(before && entityOf(Campaign, before), entityOf(Campaign, after));
    case 'slot':
      return slotEvents(before, after);
    case 'spending':
      return spendingEvents(before, after);
    default:
      return after ? automationEvents(before, after) : [];
  }
};

/** In the order in which the events of one write are published. */
const ofCampaign = [descriptionEvents, planEvents, launchEvents, appliedPlanEvents, experimentEvents, statusEvents];

/** Several capabilities change campaigns; the item is parsed once for all of them. */
const campaignEvents = (before: Campaign | undefined, campaign: Campaign): DomainEvent[] =>
  ofCampaign.flatMap((told) => told(before, campaign));
