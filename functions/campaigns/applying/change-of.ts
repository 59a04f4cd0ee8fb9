import { type ZoneClock, zoneClocks } from '#shared/zone-clock.ts';
import { type Campaign, type LeftAlone, missedSince } from '../domain/campaign.ts';
import type { CheckedSlot } from '../domain/check.ts';
import { leftAloneFor } from '../domain/left-alone.ts';
import type { Plan } from '../domain/plan.ts';
import type { PlannedSlot, Reason } from '../domain/planned-slot.ts';
import { contentDigestOf, type Slot } from '../domain/slot.ts';
import type { ExpandedPlan, Taken } from '../plan-expansion/context.ts';
import { plannedFromSlot } from '../plan-expansion/from-slot.ts';
import { catchUp } from '../resuming/catch-up.ts';

interface NewerPlan {
  campaign: Campaign;
  plan: Plan;
  expanded: ExpandedPlan;
  /** The plan that is carried out, expanded with the same context; null where it cannot be expanded any more. */
  before: ExpandedPlan | null;
  /** All that the campaign has. */
  slots: readonly Slot[];
  /** Posts that were permitted to go out and may be on their way. */
  sending: ReadonlySet<string>;
  /** What goes out on its accounts besides. */
  taken: readonly Taken[];
  now: Date;
}

/** What becomes of a slot. `postId` is null of one that still needs a post. */
export type ChangedSlot = PlannedSlot &
  Pick<CheckedSlot, 'change' | 'plannedFor' | 'why' | 'trial'> & { postId: string | null };

/** The order of carrying out: the posts of new slots are claimed before anything else happens. */
const order: readonly ChangedSlot['change'][] = ['added', 'replaced', 'moved', 'dropped', 'left_alone', 'kept'];

/**
 * What a newer plan makes of the slots of a launched campaign, by their keys. A slot counts as moved when its plan gives
 * it another time than the plan before does as things stand now: neither a pause nor other posts, which have moved it or
 * would do so today, make the slots move that nobody has edited. What is out, on its way or settled stays as
 * it is. An experiment keeps the slots that were drawn for it, with the content of their variants: slots that a change
 * adds, or gives other content, take no part. New times that are past already are those of a backfill: the plan's policy for missed slots says what becomes of
 * them.
 */
export const changeOf = (newer: NewerPlan): ChangedSlot[] => {
  const clockOf = zoneClocks();
  const live = newer.slots.filter(isLiveSlot);
  const byKey = new Map(live.map((slot) => [slot.slotKey, slot]));
  const plannedBefore = new Map(newer.before?.slots.map((planned) => [planned.slotKey, planned]));
  const byPost = new Map(live.map((slot) => [slot.postId, slot]));
  const whyOf = (slot: Slot): LeftAlone | null =>
    leftAloneFor(slot, newer.campaign, { now: newer.now, isSending: newer.sending.has(slot.postId) });

  /** The slot under another key by which a post of the plan is out already, or on its way. */
  const outElsewhere = ({ slotKey, content }: PlannedSlot): { slot: Slot; why: LeftAlone } | undefined => {
    const slot = content.kind === 'post' ? byPost.get(content.postId) : undefined;
    const why = slot && slot.slotKey !== slotKey ? whyOf(slot) : null;
    return slot && why !== null && why !== 'dropped' ? { slot, why } : undefined;
  };

  const wanted = newer.expanded.slots.flatMap((planned): ChangedSlot[] => {
    const slot = byKey.get(planned.slotKey);
    const elsewhere = outElsewhere(planned);
    if (slot) {
      // What a change that broke off has moved is compared with where it put it.
      const isOfBefore = slot.plannedBy <= newer.campaign.appliedPlanVersion;
      const before = isOfBefore ? plannedBefore.get(slot.slotKey) : undefined;
      const changed = changedFrom(slot, planned, before, whyOf(slot));
      // What it publishes so far is not in the plan any more, and what it is to publish is out.
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

/** What an earlier plan had and a later one let go of is history, and so is what a change is only about to add. */
const isLiveSlot = ({ status, letGo }: Slot): boolean => status !== 'claimed' && letGo?.why !== 'replanned';

const isOtherContent = (slot: Slot, planned: PlannedSlot, before: PlannedSlot | undefined): boolean => {
  if (before) return contentDigestOf(planned.content) !== contentDigestOf(before.content);
  // What a variant of an experiment publishes is not in the plan.
  return slot.trial === null && contentDigestOf(planned.content) !== slot.contentDigest;
};

/** @param before the same slot in the plan that is carried out, as things stand now */
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
  // Where the plan leaves the time as it was, so does the change, also where a pause has moved the slot since.
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

/** A slot that the plan has no more. */
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

/** The same, with new times that are past moved, or given up, as the plan's policy for missed slots says. */
const backfilled = (changed: readonly ChangedSlot[], { campaign, plan, taken, now }: NewerPlan): ChangedSlot[] => {
  // What a pause has missed since is dealt with when the campaign is resumed.
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
