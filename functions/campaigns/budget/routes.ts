import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { isDone, isInEffect, type Slot } from '../domain/slot.ts';
import * as contract from './contract.ts';
import { type CostedSlot, forecastOf, paceAt } from './forecast.ts';
import { nothing } from './reserve.ts';

/** Routes to read the spending and forecast of a campaign. */
export const budgetRoutes = ({ campaigns, slots, passes, now }: Deps): Route[] => [
  route(contract.getCampaignSpending, async ({ path: { campaignId }, caller: { workspaceId } }) => {
    const { budget } = await campaigns.get(workspaceId, campaignId);
    const [all, spending, counted] = await Promise.all([
      slots.ofCampaign(workspaceId, campaignId),
      passes.spending({ workspaceId, campaignId }),
      passes.counted({ workspaceId, campaignId }),
    ]);
    const spent = spending ?? nothing;
    const inEffect = all.filter(isInEffect);
    // The cost of a counted post is in `spent`.
    const left = inEffect.filter((slot) => !isDone(slot) && !counted.has(slot.postId));
    return {
      budget,
      spent,
      pace: paceAt(budget, spent, inEffect.map(costed), now().toISOString()),
      forecast: forecastOf(budget, spent, left.map(costed)),
    };
  }),
];

const costed = ({ slotKey, publishAt, costMicros: micros }: Slot): CostedSlot => ({ slotKey, publishAt, micros });
