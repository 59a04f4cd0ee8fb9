import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { type Campaign, cancel, launch, pause, resume } from '../domain/campaign.ts';
import { slotsOf } from '../domain/slot.ts';
import { reader } from '../read-campaign.ts';
import { viewOf } from '../views.ts';
import * as contract from './contract.ts';

/** Launching, pausing, resuming and cancelling campaigns. */
export const lifecycleRoutes = (deps: Deps): Route[] => {
  const { campaigns, slots, now } = deps;
  const read = reader(deps);
  const view = async (campaign: Campaign) =>
    viewOf(campaign, await slots.ofCampaign(campaign.workspaceId, campaign.id));
  return [
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
  ];
};
