import { retryOnLostUpdate } from '#shared/entities.ts';
import { notFound } from '#shared/errors.ts';
import { type Route, route } from '#shared/http/route.ts';
import { mayDo } from '#shared/permissions.ts';
import { actorFor } from '../actor-for.ts';
import type { Deps } from '../deps.ts';
import { assertLaunchable } from '../domain/assert-launchable.ts';
import { beginCheck, beginLaunch } from '../domain/campaign.ts';
import { campaignReader } from '../read-campaign.ts';
import { viewOf } from '../views.ts';
import * as contract from './contract.ts';
import { withoutFigures } from './without-figures.ts';

/**
 * Routes to check and launch campaigns; workflows do the work. An approval can write its progress to the campaign at
 * the same time; the caller need not retry for that.
 */
export const launchRoutes = (deps: Pick<Deps, 'campaigns' | 'checks' | 'now'>): Route[] => {
  const { campaigns, checks, now } = deps;
  const read = campaignReader(deps);
  return [
    route(contract.checkCampaign, async ({ path, caller, request }) =>
      retryOnLostUpdate(async () => {
        const campaign = beginCheck(await read(caller, path, request), actorFor(caller), now());
        return viewOf(await campaigns.save(campaign, caller), caller);
      }),
    ),
    route(contract.getLaunchReport, async ({ path: { campaignId }, caller: { workspaceId, role } }) => {
      await campaigns.get(workspaceId, campaignId);
      const report = await checks.report(workspaceId, campaignId);
      if (!report) throw notFound('launch report', 'The campaign has no launch report yet. Check it first.');
      return mayDo(role, 'usage:read') ? report : withoutFigures(report);
    }),
    route(contract.launchCampaign, async ({ path, body: { reportVersion, note }, caller, request }) =>
      retryOnLostUpdate(async () => {
        const doing = { by: caller.personId, now: now(), note };
        const campaign = beginLaunch(await read(caller, path, request), reportVersion, actorFor(caller), doing);
        assertLaunchable(await checks.report(caller.workspaceId, path.campaignId), reportVersion);
        return viewOf(await campaigns.save(campaign, caller), caller);
      }),
    ),
  ];
};
