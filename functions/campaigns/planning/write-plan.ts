import type { Caller } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import type { Deps } from '../deps.ts';
import { withPeople } from '../domain/authors.ts';
import type { Campaign } from '../domain/campaign.ts';
import type { Plan } from '../domain/plan.ts';
import { differenceOf, outlineOf } from '../domain/plan-difference.ts';
import { expandTrials, registeredOf } from '../experiments/expand-trials.ts';
import { contentKey, contentsIn } from '../plan-expansion/content.ts';
import type { ExpandedPlan } from '../plan-expansion/context.ts';
import { expandPlan } from '../plan-expansion/expand-plan.ts';
import { planContext } from '../plan-expansion/plan-context.ts';
import type { WrittenPlan } from '../store/plans.ts';

type Planned = Pick<Campaign, 'id' | 'workspaceId' | 'planVersion' | 'run' | 'experiment' | 'authors'>;

/** Expands a plan against the current state of the workspace. @throws DomainError `invalid_plan` */
export const expand = async (
  deps: Deps,
  { id, workspaceId }: Pick<Campaign, 'id' | 'workspaceId'>,
  plan: Plan,
): Promise<ExpandedPlan> => expandPlan(plan, await planContext(deps, workspaceId, id, plan));

/**
 * Validates and writes the next version of a campaign's plan. It takes effect when saved with its campaign.
 * @returns also the authors of the campaign's texts, and the time of its last slot
 * @throws DomainError `invalid_plan`; `invalid_experiment` if the campaign's experiment does not fit it
 */
export const writePlan = async (
  deps: Deps,
  campaign: Planned,
  plan: Plan,
  { personId, people, note }: Pick<Caller, 'personId' | 'people'> & { note: string | null },
): Promise<WrittenPlan & Pick<Campaign, 'authors' | 'endsAt'>> => {
  const { id, workspaceId, planVersion } = campaign;
  const { slots } = await expand(deps, campaign, plan);
  const registered = await registeredOf(deps, campaign);
  if (registered) await expandTrials(deps, campaign, plan, registered);
  const before = planVersion > 0 ? await deps.plans.find(workspaceId, id, planVersion) : undefined;
  const after = { plan, outline: outlineOf(slots) };
  const version = {
    version: planVersion + 1,
    at: deps.now().toISOString(),
    by: personId,
    note,
    slots: slots.length,
    difference: differenceOf(before, after),
  };
  const written = await deps.plans.write(workspaceId, id, version, after, newId('evt', deps.now()));
  const endsAt = slots.map(({ publishAt }) => publishAt).reduce<string | null>(later, null);
  return { ...written, authors: withAuthors(campaign.authors, before?.plan, plan, people), endsAt };
};

/**
 * The authors of a campaign after a change of its plan: whoever adds template values becomes one, as if they had
 * written the drafts made from them. Changed times make nobody an author, and posts have their own authors.
 * @param people those behind the change
 */
const withAuthors = (
  authors: readonly string[],
  before: Plan | undefined,
  after: Plan,
  people: readonly string[],
): string[] => {
  const known = new Set(before && contentsIn(before).map(contentKey));
  const isWritten = contentsIn(after).some((content) => content.kind === 'template' && !known.has(contentKey(content)));
  return isWritten ? withPeople(authors, people) : [...authors];
};

const later = (one: string | null, other: string): string =>
  one !== null && Date.parse(one) > Date.parse(other) ? one : other;
