import { type Route, route } from '#shared/http/route.ts';
import { mayDo } from '#shared/permissions.ts';
import type { Deps } from '../deps.ts';
import { assertPlanned } from '../domain/campaign.ts';
import type { Rehearsal } from '../domain/rehearsal.ts';
import { expandTrials, registeredOf } from '../experiments/expand-trials.ts';
import * as contract from './contract.ts';
import { rehearse } from './rehearse.ts';
import { settingOf } from './rehearsed-facts.ts';

/** The rehearsal without costs, for callers who may not read usage. */
const withoutFigures = ({ spent: _, slots, ...rehearsal }: Rehearsal) => ({
  ...rehearsal,
  slots: slots.map(({ costMicros: __, ...slot }) => slot),
});

/** Routes to rehearse the plan of a campaign. */
export const rehearsalRoutes = (deps: Deps): Route[] => [
  route(contract.rehearseCampaign, async ({ path: { campaignId }, body: { limit, ...settings }, caller }) => {
    const { workspaceId, role } = caller;
    const campaign = await deps.campaigns.get(workspaceId, campaignId);
    assertPlanned(campaign);
    const { planVersion, report } = campaign;
    const saved = await deps.plans.find(workspaceId, campaignId, planVersion);
    if (!saved) throw new Error(`The campaign ${campaignId} lacks version ${planVersion} of its plan`);
    const { plan } = saved;
    const slots = await expandTrials(deps, campaign, plan, await registeredOf(deps, campaign));
    const parts = report ? await deps.checks.parts(workspaceId, campaignId, report.checkId) : [];
    const workspace = await deps.checks.workspace(workspaceId, campaignId);
    const checked = parts.flatMap((part) => part.slots);
    const catchUp = plan.policies.catchUp;
    const rehearsal = rehearse(settingOf(settings, { campaign, catchUp, slots, checked, workspace }));
    const told = { ...rehearsal, slots: rehearsal.slots.slice(0, limit) };
    return mayDo(role, 'usage:read') ? told : withoutFigures(told);
  }),
];
