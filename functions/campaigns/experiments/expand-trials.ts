import type { Deps } from '../deps.ts';
import type { Campaign } from '../domain/campaign.ts';
import type { Plan } from '../domain/plan.ts';
import { expandPlan } from '../plan-expansion/expand-plan.ts';
import { planContext } from '../plan-expansion/plan-context.ts';
import { type Registered, type TrialSlot, withContents, withTrials } from './trials.ts';

/** The experiment of a campaign that is still to be drawn, with its contents. What was launched stays as it was drawn. */
export const registeredOf = async (
  { experiments }: Pick<Deps, 'experiments'>,
  { workspaceId, id, run, experiment }: Pick<Campaign, 'workspaceId' | 'id' | 'run' | 'experiment'>,
): Promise<Registered | undefined> =>
  experiment && run === 0
    ? { experiment, contents: await experiments.contents(workspaceId, id, experiment.contents) }
    : undefined;

/**
 * The slots of a plan as things stand, drawn for its experiment where there is one.
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
