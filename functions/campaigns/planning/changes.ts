import * as events from '#events/campaigns.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Campaign } from '../domain/campaign.ts';

/** Event of a newer version of a campaign's plan. */
export const planEvents = (before: Campaign | undefined, campaign: Campaign): DomainEvent[] => {
  const { id, planVersion, slotCount, endsAt } = campaign;
  return planVersion > (before?.planVersion ?? 0)
    ? [tell(events.CampaignPlanned, campaign, id, { planVersion, slots: slotCount, endsAt })]
    : [];
};
