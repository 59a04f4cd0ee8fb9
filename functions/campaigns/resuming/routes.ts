import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { missedSince, resume } from '../domain/campaign.ts';
import { statusAfter } from '../domain/lifecycle.ts';
import { campaignReader } from '../read-campaign.ts';
import { catchUpPolicyOf } from '../read-plan.ts';
import { viewOf } from '../views.ts';
import * as contract from './contract.ts';
import { replanMissed } from './missed.ts';

/** Routes to resume paused campaigns; their workflow deals with missed slots. */
export const resumingRoutes = (deps: Deps): Route[] => {
  const { campaigns, now } = deps;
  const read = campaignReader(deps);
  return [
    route(contract.resumeCampaign, async ({ path, body: { note, catchUp }, caller, request }) => {
      const campaign = await read(caller, path, request);
      const policy = catchUp ?? (await catchUpPolicyOf(deps, campaign));
      const resumed = resume(campaign, policy, { by: caller.personId, now: now(), note });
      return viewOf(await campaigns.save(resumed, caller), caller);
    }),
    route(contract.previewCampaignResume, async ({ path, body: { catchUp }, caller: { workspaceId } }) => {
      const campaign = await campaigns.get(workspaceId, path.campaignId);
      statusAfter(campaign, 'resume');
      const policy = catchUp ?? (await catchUpPolicyOf(deps, campaign));
      const [since, until] = [missedSince(campaign), now().toISOString()];
      const found = await replanMissed(deps, campaign, { run: campaign.run + 1, since, until, policy });
      const { missed, unchanged, conflicts } = found;
      return {
        ...{ since, until, policy, missed, unchanged, conflicts },
        moved: found.moved.map(({ slot, to: { publishAt, wallTime, timeZone, reasons }, dueAt }) => ({
          ...{ slotId: slot.id, slotKey: slot.slotKey, postId: slot.postId, accountId: slot.accountId },
          ...{ dueAt, publishAt, wallTime, timeZone, reasons },
        })),
        skipped: found.skipped.map(({ slot, reasons, dueAt }) => ({
          ...{ slotId: slot.id, slotKey: slot.slotKey, postId: slot.postId, accountId: slot.accountId },
          ...{ dueAt, reasons },
        })),
      };
    }),
  ];
};
