import type { Table } from '#shared/dynamo.ts';
import { assertVersion } from '#shared/http/etag.ts';
import { healthRoutes, reachTable } from '#shared/http/health.ts';
import { route, type Caller, type RequestFacts, type Route } from '#shared/http/route.ts';
import { knownTimeZone } from '#shared/http/time-zone.ts';
import { newId } from '#shared/ids.ts';
import { claimsFor } from './plans/claims.ts';
import * as contract from './contract.ts';
import type { Deps } from './deps.ts';
import { cancel, edit, launch, pause, placed, resume, type Campaign } from './domain/campaign.ts';
import { slotsOf, type Slot } from './domain/slot.ts';

/** The HTTP operations of campaigns. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): Route[] => {
  const { campaigns, slots, now } = deps;
  /** The campaign to be changed, as the caller has seen it where they say which version that was. */
  const read = async (caller: Caller, path: { campaignId: string }, request: RequestFacts): Promise<Campaign> => {
    const campaign = await campaigns.get(caller.workspaceId, path.campaignId);
    assertVersion(campaign, request.ifMatch);
    return campaign;
  };
  const view = async (campaign: Campaign) =>
    viewOf(campaign, await slots.ofCampaign(campaign.workspaceId, campaign.id));
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
    route(contract.getCampaign, async ({ path, caller }) =>
      view(await campaigns.get(caller.workspaceId, path.campaignId)),
    ),
    route(contract.changeCampaign, async ({ path, body: { name, posts, utm }, caller, request }) => {
      const campaign = await read(caller, path, request);
      const changed = edit(campaign, { name, utm, ...(posts && { slots: placed(posts, campaign.slots, now()) }) });
      const claims = posts ? await claimsFor(deps, changed) : [];
      return view(await campaigns.save(changed, caller, { claims }));
    }),
    route(contract.launchCampaign, async ({ path, caller, request }) => {
      const campaign = launch(await read(caller, path, request), now());
      return view(await campaigns.save(campaign, caller, { slots: slotsOf(campaign) }));
    }),
    // From this write on campaigns.permit lets no post of the campaign pass: the answer is the promise.
    route(contract.pauseCampaign, async ({ path, caller, request }) =>
      view(await campaigns.save(pause(await read(caller, path, request)), caller)),
    ),
    route(contract.resumeCampaign, async ({ path, caller, request }) =>
      view(await campaigns.save(resume(await read(caller, path, request), now()), caller)),
    ),
    route(contract.cancelCampaign, async ({ path, caller, request }) =>
      view(await campaigns.save(cancel(await read(caller, path, request)), caller)),
    ),
    ...healthRoutes(contract.health, 'campaigns', reachTable(table)),
  ];
};

/** A draft has no slots of their own yet: all are open. */
const viewOf = (campaign: Campaign, slots: readonly Slot[]) => {
  const statuses = new Map(slots.map(({ id, status }) => [id, status]));
  return { ...campaign, slots: campaign.slots.map((slot) => ({ ...slot, status: statuses.get(slot.id) ?? 'open' })) };
};
