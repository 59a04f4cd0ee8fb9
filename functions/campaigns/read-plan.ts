import { notFound } from '#shared/errors.ts';
import type { Deps } from './deps.ts';
import type { Campaign } from './domain/campaign.ts';
import type { Plan } from './domain/plan.ts';
import { type CatchUpPolicy, Policies } from './domain/plan-policies.ts';
import type { SavedPlan } from './domain/plan-version.ts';

type Plans = Pick<Deps, 'plans'>;

/** Returns a version of a campaign's plan, by default the latest. @throws DomainError `plan_version_not_found` */
export const savedPlan = async (
  { plans }: Plans,
  { workspaceId, id, planVersion }: Pick<Campaign, 'workspaceId' | 'id' | 'planVersion'>,
  version = planVersion,
): Promise<SavedPlan> => {
  const saved = await plans.find(workspaceId, id, version);
  if (!saved) throw notFound('plan version');
  return saved;
};

/** Returns the plan in effect. @throws Error if there is none */
export const appliedPlan = async (
  { plans }: Plans,
  { workspaceId, id, appliedPlanVersion }: Campaign,
): Promise<Plan> => {
  const saved = await plans.find(workspaceId, id, appliedPlanVersion);
  if (!saved) throw new Error(`The campaign ${id} has no plan ${appliedPlanVersion}`);
  return saved.plan;
};

/** The catch-up policy of the applied plan; the default policy if the campaign was never launched. */
export const catchUpPolicyOf = async (deps: Plans, campaign: Campaign): Promise<CatchUpPolicy> =>
  campaign.appliedPlanVersion === 0 ? Policies.parse({}).catchUp : (await appliedPlan(deps, campaign)).policies.catchUp;
