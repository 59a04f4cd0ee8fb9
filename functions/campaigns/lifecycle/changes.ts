import * as events from '#events/campaigns.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Campaign } from '../domain/campaign.ts';

/** Event of a campaign's new status. */
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
