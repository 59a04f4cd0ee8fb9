import * as events from '#events/campaigns.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Campaign } from '../domain/campaign.ts';

/** Event of a newer plan taking effect in a launched campaign. */
export const appliedPlanEvents = (before: Campaign | undefined, campaign: Campaign): DomainEvent[] => {
  const { id, launch, run, appliedPlanVersion: planVersion } = campaign;
  return launch?.kind === 'change' && launch.endedAt !== null && before?.launch?.endedAt === null
    ? [tell(events.CampaignPlanApplied, campaign, id, { run, planVersion })]
    : [];
};
