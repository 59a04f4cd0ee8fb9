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

/** The slots of a plan as things stand. @throws DomainError `invalid_plan` */
export const expand = async (
  deps: Deps,
  { id, workspaceId }: Pick<Campaign, 'id' | 'workspaceId'>,
  plan: Plan,
): Promise<ExpandedPlan> => expandPlan(plan, await planContext(deps, workspaceId, id, plan));

/**
 * Writes the next version of a campaign's plan, once it can be carried out. It counts when it is saved with its campaign.
 * @returns also the people whose words the campaign has from then on, and when its last slot is
 * @throws DomainError `invalid_plan`; `invalid_experiment` where the campaign's experiment does not fit it
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
 * The authors of a campaign after another plan: whoever fills a template anew is one from then on, as if they had written
 * the draft that a check makes of it. Other times make nobody an author, and posts have their own.
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
