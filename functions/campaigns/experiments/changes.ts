import * as events from '#events/campaigns.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Campaign } from '../domain/campaign.ts';

/** Event of an experiment's conclusion. */
export const experimentEvents = (before: Campaign | undefined, campaign: Campaign): DomainEvent[] => {
  const conclusion = campaign.experiment?.conclusion;
  if (!conclusion || before?.experiment?.conclusion) return [];
  const { outcome, variant } = conclusion;
  return [tell(events.CampaignExperimentConcluded, campaign, campaign.id, { outcome, variant })];
};
