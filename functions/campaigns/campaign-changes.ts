import { isDeepStrictEqual } from 'node:util';
import * as events from '#events/campaigns.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import { type Campaign, campaignFields } from './domain/campaign.ts';
import type { CampaignExperiment } from './domain/experiment.ts';

/** Events of a campaign's creation, by planning or cloning, and of changes to its brief or experiment. */
export const descriptionEvents = (before: Campaign | undefined, campaign: Campaign): DomainEvent[] => {
  const { id } = campaign;
  if (!before) return [tell(events.CampaignCreated, campaign, id, detailsOf(campaign))];
  return isChange(before, campaign) ? [tell(events.CampaignChanged, campaign, id, detailsOf(campaign))] : [];
};

const described = Object.keys(campaignFields) as (keyof typeof campaignFields)[];

/** What people registered, without the outcome, which does not count as a change. */
const registered = (experiment: CampaignExperiment | null) => experiment && { ...experiment, conclusion: null };

const isChange = (before: Campaign, campaign: Campaign): boolean =>
  described.some((field) => !isDeepStrictEqual(before[field], campaign[field])) ||
  !isDeepStrictEqual(registered(before.experiment), registered(campaign.experiment));

/** Event data that other contexts need. */
const detailsOf = ({ name, utm, goals, budget, experiment }: Campaign) => ({
  name,
  utm,
  goals,
  budgetMicros: budget?.maxMicros ?? null,
  maturityHours: experiment?.maturityHours ?? null,
});
