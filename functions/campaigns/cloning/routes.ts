import { type Route, route } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import type { Deps } from '../deps.ts';
import { newDraft } from '../domain/campaign.ts';
import type { Plan } from '../domain/plan.ts';
import { expand, writePlan } from '../planning/write-plan.ts';
import { savedPlan } from '../read-plan.ts';
import { viewOf } from '../views.ts';
import * as contract from './contract.ts';
import { startPlanOn } from './shift-plan.ts';

/** Routes to clone campaigns. */
export const cloningRoutes = (deps: Deps): Route[] => {
  const { campaigns, now } = deps;
  return [
    route(contract.cloneCampaign, async ({ path: { campaignId }, body: { name, start, isTemplate }, caller }) => {
      const { workspaceId, personId, people } = caller;
      const original = await campaigns.get(workspaceId, campaignId);
      const { timeZone, brief, tags, ownerId, goals, budget, utm } = original;
      const said = { name: name ?? original.name, brief, tags, ownerId, goals, budget, utm };
      const draft = newDraft({ id: newId('cmp', now()), workspaceId, timeZone, isTemplate, ...said });
      if (original.planVersion === 0) return viewOf(await campaigns.create(draft, caller), caller);
      const { plan: saved } = await savedPlan(deps, original);
      const plan = start === undefined ? saved : await startingOn(deps, draft, saved, start);
      const written = await writePlan(deps, draft, plan, { personId, people, note: null });
      // The texts are those of the original's authors.
      const { authors } = original;
      const { endsAt, version } = written;
      const planned = { ...draft, planVersion: 1, slotCount: version.slots, authors, endsAt };
      return viewOf(await campaigns.create(planned, caller, written), caller);
    }),
  ];
};

/** Moves the plan so that its first slot is on that day in its time zone, or on the next day that its rules allow. */
const startingOn = async (
  deps: Deps,
  draft: { id: string; workspaceId: string },
  plan: Plan,
  start: string,
): Promise<Plan> => {
  const { slots } = await expand(deps, draft, plan);
  const first = slots.map(({ wallTime }) => wallTime.slice(0, 10)).toSorted()[0];
  return first === undefined ? plan : startPlanOn(plan, first, start);
};
