import { type Route, route } from '#shared/http/route.ts';
import { knownTimeZone } from '#shared/http/time-zone.ts';
import { newId } from '#shared/ids.ts';
import type { Deps } from '../deps.ts';
import { edit, placed } from '../domain/campaign.ts';
import { reader } from '../read-campaign.ts';
import { viewOf } from '../views.ts';
import { claimsFor } from './claims.ts';
import * as contract from './contract.ts';

/** Drafting, listing and changing campaigns. */
export const editingRoutes = (deps: Deps): Route[] => {
  const { campaigns, slots, now } = deps;
  const read = reader(deps);
  return [
    route(contract.createCampaign, async ({ body, caller }) => {
      const at = now();
      const campaign = {
        id: newId('cmp', at),
        workspaceId: caller.workspaceId,
        name: body.name,
        timeZone: knownTimeZone(body.timeZone),
        status: 'draft' as const,
        run: 0,
        slots: placed(body.posts, [], at),
        result: null,
        utm: body.utm,
      };
      const claims = await claimsFor(deps, campaign);
      return viewOf(await campaigns.create(campaign, claims, caller), []);
    }),
    route(contract.listCampaigns, async ({ query: { limit, cursor, status }, caller }) =>
      campaigns.list(
        caller.workspaceId,
        { status },
        { limit, cursor, scope: { operation: contract.listCampaigns.id, workspaceId: caller.workspaceId, status } },
      ),
    ),
    route(contract.getCampaign, async ({ path, caller: { workspaceId } }) => {
      const campaign = await campaigns.get(workspaceId, path.campaignId);
      return viewOf(campaign, await slots.ofCampaign(workspaceId, campaign.id));
    }),
    route(contract.changeCampaign, async ({ path, body: { name, posts, utm }, caller, request }) => {
      const campaign = await read(caller, path, request);
      const changed = edit(campaign, { name, utm, ...(posts && { slots: placed(posts, campaign.slots, now()) }) });
      const claims = posts ? await claimsFor(deps, changed) : [];
      const saved = await campaigns.save(changed, caller, { claims });
      return viewOf(saved, await slots.ofCampaign(saved.workspaceId, saved.id));
    }),
  ];
};
