import * as events from '#events/campaigns.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { Spending } from '../domain/pass.ts';
import { nothing, warningsBetween } from './reserve.ts';

/** Events for a write of a campaign's spending: warnings at shares of its caps. */
export const spendingEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofSpending(before && entityOf(Spending, before), entityOf(Spending, after));

const ofSpending = (before: Spending | undefined, spending: Spending): DomainEvent[] => {
  const { campaignId, budget, micros, posts } = spending;
  if (!budget) return [];
  return warningsBetween(budget, before ?? nothing, spending).map(({ of, percent }) =>
    tell(events.CampaignBudgetWarning, spending, campaignId, { of, percent, micros, posts }),
  );
};
