import { retryOnLostUpdate } from '#shared/entities.ts';
import { type Route, route } from '#shared/http/route.ts';
import { actorFor } from '../actor-for.ts';
import type { Deps } from '../deps.ts';
import { assertLaunchable } from '../domain/assert-launchable.ts';
import { beginChange } from '../domain/campaign.ts';
import { campaignReader } from '../read-campaign.ts';
import { viewOf } from '../views.ts';
import * as contract from './contract.ts';
import { runSlotNow } from './run-slot-now.ts';

/** Routes to change what launched campaigns have yet to publish; a workflow applies newer plans. */
export const applyingRoutes = (deps: Deps): Route[] => {
  const { campaigns, checks, now } = deps;
  const read = campaignReader(deps);
  return [
    route(contract.applyCampaignPlan, async ({ path, body: { reportVersion, note }, caller, request }) => {
      const doing = { by: caller.personId, now: now(), note };
      const campaign = beginChange(await read(caller, path, request), reportVersion, actorFor(caller), doing);
      assertLaunchable(await checks.report(caller.workspaceId, path.campaignId), reportVersion);
      return viewOf(await campaigns.save(campaign, caller), caller);
    }),
    route(contract.runCampaignSlotNow, async ({ path: { campaignId, slotId }, body: { note }, caller }) =>
      // The run can plan the slot at the same time; the caller need not retry.
      retryOnLostUpdate(async () => {
        const campaign = await campaigns.get(caller.workspaceId, campaignId);
        return runSlotNow(deps, campaign, { slotId, note }, caller);
      }),
    ),
  ];
};
