import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import * as contract from './contract.ts';
import { explain } from './explain.ts';

/** Routes to explain posts of campaigns. */
export const explainingRoutes = (deps: Deps): Route[] => [
  route(contract.explainCampaignPost, async ({ path: { campaignId }, query: { postId }, caller: { workspaceId } }) =>
    explain(deps, await deps.campaigns.get(workspaceId, campaignId), postId),
  ),
];
