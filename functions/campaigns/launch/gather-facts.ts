import type { CampaignAccounts } from '#events/campaign-content.ts';
import { dayMs, instantAfter } from '#shared/time.ts';
import { changeFactsOf } from '../applying/change-facts.ts';
import { nothing } from '../budget/reserve.ts';
import type { Deps } from '../deps.ts';
import { type Campaign, isLive } from '../domain/campaign.ts';
import { type CheckedSlot, type CheckPart, goesOut } from '../domain/check.ts';
import type { KnownPost } from '../domain/known-post.ts';
import type { SlotFacts } from '../domain/publishing-facts.ts';
import { XLimits } from '../domain/x-limits.ts';
import { sightOf } from '../experiments/power.ts';
import { launchedAmong } from '../plan-expansion/launched-among.ts';
import type { Elsewhere, LaunchFacts } from './launch-facts.ts';

/** Number of UTC days on which the metrics of a post are read: often on the first day, then less. */
const metricsDays = 5;

/** Gathers what a launch check needs: the parts of the check, the accounts, and the workspace's other publications. */
export const gatherFacts = async (
  deps: Deps,
  campaign: Campaign,
  parts: readonly CheckPart[],
  { accounts, budget, appPosts, appPostsPerDay }: CampaignAccounts,
): Promise<LaunchFacts> => {
  const all = parts.flatMap((part) => part.slots).map(asItIsNow);
  // Kept slots that are already published do not concern a change.
  const slots = all.filter((slot) => goesOut(slot) && !(slot.change === 'kept' && isOut(slot)));
  const holders = await holdersOf(deps, campaign, slots);
  const { monthlyMicros, usedMicros } = budget;
  const of = { workspaceId: campaign.workspaceId, campaignId: campaign.id };
  const [spending, counted] = await Promise.all([deps.passes.spending(of), deps.passes.counted(of)]);
  return {
    slots: slots.map((slot) => factsOf(slot, holders)),
    accounts,
    budget: campaign.budget,
    spent: spending ?? nothing,
    counted,
    workspaceBudget: monthlyMicros === null ? null : { monthlyMicros, usedMicros },
    limits: XLimits.parse({ appPostsPerDay }),
    appPosts,
    elsewhere: await elsewhere(deps, campaign, slots),
    marksLinks: campaign.utm !== null,
    // A change keeps the experiment as it was launched.
    experiment: isLive(campaign) ? null : experimentOf(campaign, slots),
    metricsDays,
    ...(isLive(campaign) && { change: changeFactsOf(campaign, all) }),
  };
};

const isOut = ({ facts }: CheckedSlot): boolean => facts?.status === 'published';

/** A slot whose post was published since the change was computed stays as it is. */
const asItIsNow = (slot: CheckedSlot): CheckedSlot =>
  slot.change === 'moved' && isOut(slot) ? { ...slot, change: 'left_alone', why: 'being_published' } : slot;

/** What the plan's blocks can detect, and the registration: a report covers exactly these. */
const experimentOf = ({ experiment }: Campaign, slots: readonly CheckedSlot[]): LaunchFacts['experiment'] => {
  if (!experiment) return null;
  const { signedOff, conclusion: _, ...registration } = experiment;
  const blocks = new Set(slots.flatMap(({ trial }) => trial?.block ?? [])).size;
  return { ...sightOf(experiment, blocks), isSignedOff: signedOff !== null, registration };
};

/** The other campaign that holds a post, by post id; only this context knows for sure. */
const holdersOf = async (
  deps: Deps,
  { workspaceId, id }: Campaign,
  slots: readonly CheckedSlot[],
): Promise<ReadonlyMap<string, string>> => {
  const known = await deps.posts.findAll(
    workspaceId,
    slots.map(({ postId }) => postId),
  );
  const others = [...known.values()].flatMap(({ taken }) =>
    taken && taken.campaignId !== id && taken.letGoAt === null ? [taken.campaignId] : [],
  );
  const holding = await launchedAmong(deps, workspaceId, others);
  return new Map([...known.values()].flatMap((post) => heldBy(post, holding)));
};

const heldBy = ({ postId, taken }: KnownPost, holding: ReadonlyMap<string, Campaign>): [string, string][] =>
  taken?.letGoAt === null && holding.has(taken.campaignId) ? [[postId, taken.campaignId]] : [];

const factsOf = (
  { slotKey, trackId, accountId, publishAt, postId, facts, problem, trial }: CheckedSlot,
  holders: ReadonlyMap<string, string>,
): SlotFacts => ({
  ...{ slotKey, trackId, accountId, publishAt, problem, trial },
  post: facts ? { ...facts, campaignId: holders.get(postId) ?? null } : null,
});

const elsewhere = async (
  deps: Deps,
  { workspaceId, id }: Campaign,
  slots: readonly CheckedSlot[],
): Promise<Elsewhere[]> => {
  const times = slots.map(({ publishAt }) => publishAt).toSorted();
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return [];
  const accountIds = [...new Set(slots.map(({ accountId }) => accountId))];
  const [from, to] = [instantAfter(first, -dayMs), instantAfter(last, dayMs)];
  const others = (await deps.times.between(workspaceId, accountIds, from, to)).filter((each) => each.campaignId !== id);
  const launched = await launchedAmong(
    deps,
    workspaceId,
    others.flatMap((each) => each.campaignId ?? []),
  );
  return others.flatMap(({ accountId, publishAt, campaignId }): Elsewhere[] => {
    if (campaignId === null) return [{ accountId, publishAt, campaign: null }];
    const name = launched.get(campaignId)?.name;
    return name === undefined ? [] : [{ accountId, publishAt, campaign: { campaignId, name } }];
  });
};
