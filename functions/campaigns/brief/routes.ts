import { DomainError } from '#shared/errors.ts';
import { type Caller, type Route, route } from '#shared/http/route.ts';
import { mayDo } from '#shared/permissions.ts';
import type { Deps } from '../deps.ts';
import { type Campaign, describe, isLaunched } from '../domain/campaign.ts';
import { campaignReader } from '../read-campaign.ts';
import { viewOf } from '../views.ts';
import * as contract from './contract.ts';

/** Routes to find and describe campaigns. */
export const briefRoutes = (deps: Pick<Deps, 'campaigns' | 'slots'>): Route[] => {
  const { campaigns, slots } = deps;
  const read = campaignReader(deps);
  return [
    route(contract.listCampaigns, async ({ query: { limit, cursor, status, tag, template }, caller }) => {
      const { workspaceId } = caller;
      const scope = { operation: contract.listCampaigns.id, workspaceId, status, tag, template };
      const filter = { status, tag, isTemplate: template === 'true' };
      const page = await campaigns.list(workspaceId, filter, { limit, cursor, scope });
      return { ...page, items: page.items.map((each) => viewOf(each, caller)) };
    }),
    route(contract.getCampaign, async ({ path, caller }) =>
      viewOf(await campaigns.get(caller.workspaceId, path.campaignId), caller),
    ),
    route(contract.changeCampaign, async ({ path, body, caller, request }) => {
      const campaign = await read(caller, path, request);
      if (body.budget !== undefined) assertMayBudget(campaign, caller);
      return viewOf(await campaigns.save(describe(campaign, body), caller), caller);
    }),
    route(
      contract.listCampaignSlots,
      async ({ path: { campaignId }, query: { limit, cursor }, caller: { workspaceId } }) => {
        await campaigns.get(workspaceId, campaignId);
        const scope = { operation: contract.listCampaignSlots.id, workspaceId, campaignId };
        return slots.listOf(workspaceId, campaignId, { limit, cursor, scope });
      },
    ),
    route(
      contract.listCampaignSteps,
      async ({ path: { campaignId }, query: { limit, cursor }, caller: { workspaceId } }) => {
        await campaigns.get(workspaceId, campaignId);
        const scope = { operation: contract.listCampaignSteps.id, workspaceId, campaignId };
        return campaigns.listSteps(workspaceId, campaignId, { limit, cursor, scope });
      },
    ),
  ];
};

/**
 * Asserts that the caller may set the budget: in a launched campaign, it decides what is published.
 * @throws DomainError `campaign_is_launched`
 */
const assertMayBudget = (campaign: Campaign, { role }: Caller): void => {
  if (!isLaunched(campaign) || mayDo(role, 'campaigns:launch')) return;
  const said = 'The campaign is launched. Ask someone who can launch campaigns to change its budget.';
  throw new DomainError('forbidden', 'campaign_is_launched', said);
};
