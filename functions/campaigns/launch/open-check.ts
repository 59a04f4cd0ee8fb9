import { DomainError } from '#shared/errors.ts';
import { derivedId } from '#shared/ids.ts';
import { type ChangedSlot, changeOf } from '../applying/change-of.ts';
import type { Deps } from '../deps.ts';
import { type Campaign, isLive } from '../domain/campaign.ts';
import { type CheckedSlot, checkIdOf, goesOut, partsOf } from '../domain/check.ts';
import type { Plan } from '../domain/plan.ts';
import type { Slot } from '../domain/slot.ts';
import { expandTrials, registeredOf } from '../experiments/expand-trials.ts';
import { sameContent } from '../plan-expansion/content.ts';
import type { ExpandedPlan } from '../plan-expansion/context.ts';
import { expandPlan } from '../plan-expansion/expand-plan.ts';
import { planContext } from '../plan-expansion/plan-context.ts';
import { expand } from '../planning/write-plan.ts';
import { sendingPosts } from '../sending-posts.ts';

/** A check, or the check of a launch, by the number within the campaign. */
export interface CheckRef {
  kind: 'check' | 'launch';
  number: number;
}

export const idOf = ({ kind, number }: CheckRef): string => checkIdOf(kind, number);

/** Maximum number of obsolete template drafts discarded per call. */
const maxDiscarded = 25;

/** What the workflow iterates over: parts of the plan, accounts, and drafts to discard. */
export interface OpenedCheck {
  parts: number[];
  accountIds: string[];
  discard: string[][];
}

/**
 * Begins a check: stores the slots of the plan, each with its post. A template's post gets an id now and keeps it as
 * long as the slot keeps its content, so that it keeps its approval too.
 * @throws DomainError `invalid_plan`, `invalid_experiment` if the plan is no longer valid
 */
export const openCheck = async (deps: Deps, campaign: Campaign, ref: CheckRef): Promise<OpenedCheck> => {
  const { workspaceId, id, planVersion, report } = campaign;
  const saved = await deps.plans.find(workspaceId, id, planVersion);
  const own = isLive(campaign) ? await deps.slots.ofCampaign(workspaceId, id) : [];
  const slots = saved ? await slotsToCheck(deps, campaign, saved.plan, own) : [];
  const before = report ? await deps.checks.parts(workspaceId, id, report.checkId) : [];
  const known = new Map(before.flatMap((part) => part.slots.map((slot) => [slot.slotKey, slot])));
  const checked = slots.map((slot) => withPost(campaign, slot, known.get(slot.slotKey), idOf(ref)));
  const parts = partsOf(checked);
  for (const part of parts) await deps.checks.putPart(workspaceId, id, idOf(ref), part);
  const wanted = new Set(checked.map(({ postId }) => postId));
  // A check does not affect publishing: posts of a launched campaign's slots are never discarded.
  for (const { postId } of own) wanted.add(postId);
  const made = [...known.values(), ...(await leftBehind(deps, campaign, ref))];
  const unwanted = made.filter(({ content, postId }) => content.kind === 'template' && !wanted.has(postId));
  return {
    parts: parts.map(({ part }) => part),
    accountIds: [...new Set(slots.filter(goesOut).map(({ accountId }) => accountId))],
    discard: inLists(
      unwanted.map(({ postId }) => postId),
      maxDiscarded,
    ),
  };
};

/** Slots of the previous check if it failed, as no report lists the drafts that it created. */
const leftBehind = async (
  { checks }: Pick<Deps, 'checks'>,
  { workspaceId, id, check, report }: Campaign,
  ref: CheckRef,
): Promise<CheckedSlot[]> => {
  const number = ref.kind === 'check' ? ref.number - 1 : (check?.number ?? 0);
  const checkId = idOf({ kind: 'check', number });
  if (number === 0 || checkId === report?.checkId) return [];
  return (await checks.parts(workspaceId, id, checkId)).flatMap(({ slots }) => slots);
};

/** Slots of a plan; for a launched campaign, what happens to its existing slots and the new ones. */
const slotsToCheck = async (
  deps: Deps,
  campaign: Campaign,
  plan: Plan,
  own: readonly Slot[],
): Promise<ChangedSlot[]> => {
  const { workspaceId, id, appliedPlanVersion } = campaign;
  if (!isLive(campaign)) {
    const slots = await expandTrials(deps, campaign, plan, await registeredOf(deps, campaign));
    return slots.map((slot) => ({ ...slot, change: 'added', postId: null }));
  }
  const context = await planContext(deps, workspaceId, id, plan);
  const expanded = expandPlan(plan, context);
  const applied = await deps.plans.find(workspaceId, id, appliedPlanVersion);
  const sending = await sendingPosts(deps, campaign);
  return changeOf({
    ...{ campaign, plan, expanded, slots: own, sending, taken: context.taken, now: deps.now() },
    before: applied ? await expandedStill(deps, campaign, applied.plan) : null,
  });
};

/** Expands an earlier plan against the current state; null if it is no longer valid, as when its posts are gone. */
const expandedStill = async (deps: Deps, campaign: Campaign, plan: Plan): Promise<ExpandedPlan | null> => {
  try {
    return await expand(deps, campaign, plan);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'invalid_plan') return null;
    throw error;
  }
};

const withPost = (
  { id, createdAt }: Campaign,
  { postId: standing, ...slot }: ChangedSlot,
  before: CheckedSlot | undefined,
  checkId: string,
): CheckedSlot => {
  const { slotKey, accountId, content } = slot;
  if (standing !== null || !goesOut(slot)) {
    const postId = standing ?? before?.postId ?? derivedId('pst', createdAt, `${id}/${slotKey}/${checkId}`);
    return { ...slot, postId, isToMake: false, problem: null };
  }
  if (content.kind === 'post') return { ...slot, postId: content.postId, isToMake: false, problem: null };
  // A draft that a person deleted is created again.
  const isDeleted = before?.facts?.status === 'deleted';
  if (!isDeleted && before?.accountId === accountId && sameContent(before.content, content)) {
    const { postId, facts } = before;
    return { ...slot, postId, isToMake: !facts, problem: null };
  }
  const postId = derivedId('pst', createdAt, `${id}/${slotKey}/${checkId}`);
  return { ...slot, postId, isToMake: true, problem: null };
};

const inLists = <T>(all: readonly T[], most: number): T[][] => {
  const lists: T[][] = [];
  for (let from = 0; from < all.length; from += most) lists.push(all.slice(from, from + most));
  return lists;
};
