import { notFound } from '#shared/errors.ts';
import type { Deps } from './deps.ts';
import type { Campaign } from './domain/campaign.ts';
import type { Plan } from './domain/plan.ts';
import { type CatchUpPolicy, Policies } from './domain/plan-policies.ts';
import type { SavedPlan } from './domain/plan-version.ts';

type Plans = Pick<Deps, 'plans'>;

/** A version of a campaign's plan, by default the latest. @throws DomainError `plan_version_not_found` */
export const savedPlan = async (
  { plans }: Plans,
  { workspaceId, id, planVersion }: Pick<Campaign, 'workspaceId' | 'id' | 'planVersion'>,
  version = planVersion,
): Promise<SavedPlan> => {
  const saved = await plans.find(workspaceId, id, version);
  if (!saved) throw notFound('plan version');
  return saved;
};

/** The plan that a launched campaign carries out. @throws Error when there is none */
export const appliedPlan = async (
  { plans }: Plans,
  { workspaceId, id, appliedPlanVersion }: Campaign,
): Promise<Plan> => {
  const saved = await plans.find(workspaceId, id, appliedPlanVersion);
  if (!saved) throw new Error(`The campaign ${id} has no plan ${appliedPlanVersion}`);
  return saved.plan;
};

/** What its plan says about missed slots; of a campaign that was never launched, what plans say by default. */
export const catchUpPolicyOf = async (deps: Plans, campaign: Campaign): Promise<CatchUpPolicy> =>
  campaign.appliedPlanVersion === 0 ? Policies.parse({}).catchUp : (await appliedPlan(deps, campaign)).policies.catchUp;
