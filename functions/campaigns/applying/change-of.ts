import { type ZoneClock, zoneClocks } from '#shared/zone-clock.ts';
import { type Campaign, type LeftAlone, missedSince } from '../domain/campaign.ts';
import type { CheckedSlot } from '../domain/check.ts';
import { leftAloneFor } from '../domain/left-alone.ts';
import type { Plan } from '../domain/plan.ts';
import type { PlannedSlot, Reason } from '../domain/planned-slot.ts';
import { contentDigestOf, isInEffect, type Slot } from '../domain/slot.ts';
import type { ExpandedPlan, Taken } from '../plan-expansion/context.ts';
import { plannedFromSlot } from '../plan-expansion/from-slot.ts';
import { catchUp } from '../resuming/catch-up.ts';

interface NewerPlan {
  campaign: Campaign;
  plan: Plan;
  expanded: ExpandedPlan;
  /** The plan in effect, expanded with the same context; null if it can no longer be expanded. */
  before: ExpandedPlan | null;
  /** All slots of the campaign. */
  slots: readonly Slot[];
  /** Posts that were permitted and may be on their way to X. */
  sending: ReadonlySet<string>;
  /** Other publications on its accounts. */
  taken: readonly Taken[];
  now: Date;
}

/** What happens to a slot. `postId` is null if it still needs a post. */
export type ChangedSlot = PlannedSlot &
  Pick<CheckedSlot, 'change' | 'plannedFor' | 'why' | 'trial'> & { postId: string | null };

/** Order of execution: posts of new slots are claimed before anything else happens. */
const order: readonly ChangedSlot['change'][] = ['added', 'replaced', 'moved', 'dropped', 'left_alone', 'kept'];

/**
 * Compares a newer plan with the slots of a launched campaign, by key. A slot counts as moved only if the newer plan
 * gives it another time than the previous plan does when expanded now, so that pauses and other posts do not move slots
 * that nobody edited. Slots that are published, being published or settled stay as they are. An experiment keeps the
 * slots drawn for it, with their variants' content; slots that a change adds, or gives other content, do not take part.
 * New times that have passed are backfilled under the plan's catch-up policy.
 */
export const changeOf = (newer: NewerPlan): ChangedSlot[] => {
  const clockOf = zoneClocks();
  const live = newer.slots.filter(isInEffect);
  const byKey = new Map(live.map((slot) => [slot.slotKey, slot]));
  const plannedBefore = new Map(newer.before?.slots.map((planned) => [planned.slotKey, planned]));
  const byPost = new Map(live.map((slot) => [slot.postId, slot]));
  const whyOf = (slot: Slot): LeftAlone | null =>
    leftAloneFor(slot, newer.campaign, { now: newer.now, isSending: newer.sending.has(slot.postId) });

  /** The slot under another key through which the planned post is already published, or being published. */
  const outElsewhere = ({ slotKey, content }: PlannedSlot): { slot: Slot; why: LeftAlone } | undefined => {
    const slot = content.kind === 'post' ? byPost.get(content.postId) : undefined;
    const why = slot && slot.slotKey !== slotKey ? whyOf(slot) : null;
    return slot && why !== null && why !== 'dropped' ? { slot, why } : undefined;
  };

  const wanted = newer.expanded.slots.flatMap((planned): ChangedSlot[] => {
    const slot = byKey.get(planned.slotKey);
    const elsewhere = outElsewhere(planned);
    if (slot) {
      // A slot that an interrupted change has moved is compared with its time in that change.
      const isOfBefore = slot.plannedBy <= newer.campaign.appliedPlanVersion;
      const before = isOfBefore ? plannedBefore.get(slot.slotKey) : undefined;
      const changed = changedFrom(slot, planned, before, whyOf(slot));
      // Its current content is no longer in the plan, and its new content is already published under another key.
      return changed.map((each) => (each.change === 'replaced' && elsewhere ? asDropped(each, slot) : each));
    }
    if (elsewhere) return [leftAlone(planned, elsewhere.slot.postId, elsewhere.why)];
    return [{ ...planned, change: 'added', trial: null, postId: null }];
  });
  const keys = new Set(newer.expanded.slots.map(({ slotKey }) => slotKey));
  const unwanted = live.filter(({ slotKey }) => !keys.has(slotKey));
  const all = [...backfilled(wanted, newer), ...unwanted.flatMap((slot) => leftOut(slot, newer, whyOf(slot), clockOf))];
  return order.flatMap((change) => all.filter((each) => each.change === change));
};

const isOtherContent = (slot: Slot, planned: PlannedSlot, before: PlannedSlot | undefined): boolean => {
  if (before) return contentDigestOf(planned.content) !== contentDigestOf(before.content);
  // The plan does not contain the content of experiment variants.
  return slot.trial === null && contentDigestOf(planned.content) !== slot.contentDigest;
};

/** @param before the same slot in the plan in effect, expanded now */
const changedFrom = (
  slot: Slot,
  planned: PlannedSlot,
  before: PlannedSlot | undefined,
  why: LeftAlone | null,
): ChangedSlot[] => {
  const { trial } = slot;
  const isMoved = planned.publishAt !== (before?.publishAt ?? slot.plannedFor);
  const isReplaced = planned.accountId !== slot.accountId || isOtherContent(slot, planned, before);
  if (why !== null) return isMoved || isReplaced ? [leftAlone(planned, slot.postId, why)] : [];
  const { postId } = slot;
  // If the plan leaves the time as it was, the slot keeps its own, even if a pause has moved it since.
  const { publishAt, reasons } = isMoved ? planned : slot;
  if (isReplaced) {
    const plannedFor = planned.publishAt;
    return [
      {
        ...planned,
        publishAt,
        reasons: isMoved ? reasons : planned.reasons,
        plannedFor,
        change: 'replaced',
        postId: null,
        trial: null,
      },
    ];
  }
  if (isMoved) return [{ ...planned, plannedFor: planned.publishAt, change: 'moved', trial, postId }];
  return [{ ...planned, publishAt, reasons, plannedFor: slot.plannedFor, change: 'kept', trial, postId }];
};

const leftAlone = (planned: PlannedSlot, postId: string, why: LeftAlone): ChangedSlot => ({
  ...planned,
  ...{ change: 'left_alone', trial: null, postId, why },
});

const asDropped = (changed: ChangedSlot, { postId, reasons }: Slot): ChangedSlot => ({
  ...changed,
  ...{ change: 'dropped', postId, reasons: [...reasons, { kind: 'content_replaced' }] },
});

/** A slot that is no longer in the plan. */
const leftOut = (
  slot: Slot,
  { expanded }: NewerPlan,
  why: LeftAlone | null,
  clockOf: (timeZone: string) => ZoneClock,
): ChangedSlot[] => {
  if (why === 'dropped') return [];
  const planned = plannedFromSlot(slot, clockOf);
  if (why !== null) return [leftAlone(planned, slot.postId, why)];
  const told = expanded.dropped.find(({ slotKey }) => slotKey === slot.slotKey);
  const reasons: Reason[] = told?.reasons ?? [...slot.reasons, { kind: 'dropped_by_edit' }];
  return [{ ...planned, reasons, change: 'dropped', trial: slot.trial, postId: slot.postId }];
};

/** Moves or drops new times that have passed, under the plan's catch-up policy. */
const backfilled = (changed: readonly ChangedSlot[], { campaign, plan, taken, now }: NewerPlan): ChangedSlot[] => {
  // Slots missed since the pause are dealt with when the campaign is resumed.
  const isCaughtUpLater = campaign.status === 'paused' || campaign.catchUp !== null;
  const from = isCaughtUpLater ? Date.parse(missedSince(campaign)) : now.getTime();
  const isPast = ({ change, publishAt }: ChangedSlot): boolean =>
    (change === 'added' || change === 'moved' || change === 'replaced') && Date.parse(publishAt) < from;
  const past = changed.filter(isPast);
  const [first] = past.map(({ publishAt }) => publishAt).toSorted();
  if (first === undefined) return [...changed];
  const others = changed.filter((each) => !isPast(each) && each.change !== 'left_alone');
  const found = catchUp({
    plan,
    slots: past,
    taken: [...taken, ...others],
    since: first,
    now: now.toISOString(),
    policy: plan.policies.catchUp,
  });
  const placed = new Map(found.slots.map((slot) => [slot.slotKey, slot]));
  const given = new Map(found.dropped.map(({ slotKey, reasons }) => [slotKey, reasons]));
  return changed.map((each) => {
    if (!isPast(each)) return each;
    const { publishAt: plannedFor } = each;
    const slot = placed.get(each.slotKey);
    if (slot) {
      const { publishAt, wallTime, reasons } = slot;
      return { ...each, publishAt, wallTime, reasons, plannedFor };
    }
    return { ...each, change: 'dropped', reasons: given.get(each.slotKey) ?? each.reasons };
  });
};
