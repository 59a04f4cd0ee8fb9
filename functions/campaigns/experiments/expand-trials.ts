import type { Deps } from '../deps.ts';
import type { Campaign } from '../domain/campaign.ts';
import type { Plan } from '../domain/plan.ts';
import { expandPlan } from '../plan-expansion/expand-plan.ts';
import { planContext } from '../plan-expansion/plan-context.ts';
import { type Registered, type TrialSlot, withContents, withTrials } from './trials.ts';

/** The experiment and its contents before the launch; undefined afterwards, as launched slots keep their assignment. */
export const registeredOf = async (
  { experiments }: Pick<Deps, 'experiments'>,
  { workspaceId, id, run, experiment }: Pick<Campaign, 'workspaceId' | 'id' | 'run' | 'experiment'>,
): Promise<Registered | undefined> =>
  experiment && run === 0
    ? { experiment, contents: await experiments.contents(workspaceId, id, experiment.contents) }
    : undefined;

/**
 * Expands a plan and assigns the variants of its experiment, if any.
 * @throws DomainError `invalid_plan`, `invalid_experiment`
 */
export const expandTrials = async (
  deps: Deps,
  { workspaceId, id }: Pick<Campaign, 'workspaceId' | 'id'>,
  plan: Plan,
  registered: Registered | undefined,
): Promise<TrialSlot[]> => {
  const named = registered ? withContents(plan, registered) : plan;
  const context = await planContext(deps, workspaceId, id, named);
  const { slots } = expandPlan(plan, context);
  return registered ? withTrials(plan, slots, registered, context) : slots.map((slot) => ({ ...slot, trial: null }));
};
