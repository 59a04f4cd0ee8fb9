import { minuteMs } from '#shared/time.ts';
import { type ZoneClock, zoneClocks } from '#shared/zone-clock.ts';
import { invalidField } from '../domain/invalid-plan.ts';
import { maxSlots, type Plan } from '../domain/plan.ts';
import type { Conflict, DroppedSlot, PlannedSlot } from '../domain/planned-slot.ts';
import { accountCalendars } from './account-calendar.ts';
import { assertPlan } from './assert-plan.ts';
import { partCollisions } from './collisions.ts';
import { contentsOf } from './content.ts';
import { type Draft, type ExpandedPlan, isTimed, type PlanContext, type Timed } from './context.ts';
import { draftsOf } from './drafts.ts';
import { jitterMinutes } from './jitter.ts';
import { space } from './spacing.ts';
import { assertSpreads } from './spread.ts';
import { instantText, wallText } from './wall-time.ts';

/**
 * Expands a plan to its slots and dropped slots, with their reasons, and its conflicts. Deterministic for the same plan
 * and context. Past slots are included: see `planning/preview.ts` and `resuming/catch-up.ts`.
 * @throws DomainError `invalid_plan`; its fields name the path within the plan
 */
export const expandPlan = (plan: Plan, context: PlanContext): ExpandedPlan => {
  assertPlan(plan, context);
  assertSpreads(plan, context.queues);
  const clockOf = zoneClocks();
  const drafts = allDrafts(plan, context, clockOf);

  const minimumGapOf = (accountId: string): number =>
    (plan.accountSpacing.find((each) => each.accountId === accountId) ?? plan.spacing).minimumGapMinutes;
  const parted = partCollisions(drafts.filter(isTimed), plan.policies.collision, minimumGapOf);
  const calendarOf = accountCalendars(plan, context.taken, clockOf(plan.timeZone));
  const isClosed = ({ accountId, instant }: Timed): boolean =>
    calendarOf(accountId).blockAt(instant)?.kind === 'blackout';
  const wanted = parted.drafts.filter(isTimed).map((draft) => {
    const moved = jittered(draft, plan.seed);
    // Jitter must not drop a post: a slot that it would move into a blackout keeps its time.
    return moved !== draft && isClosed(moved) ? draft : moved;
  });
  const spaced = space(wanted, calendarOf);

  const dropped = [...drafts, ...parted.drafts].filter((draft) => draft.isDropped).concat(spaced.dropped);
  if (spaced.placed.length === 0) throw withoutSlot(dropped);
  return {
    slots: spaced.placed.map((slot) => plannedOf(slot, clockOf)),
    dropped: dropped.sort(byTime).map((slot) => droppedOf(slot, clockOf)),
    conflicts: [...conflictsOf(plan, drafts), ...parted.conflicts, ...spaced.conflicts],
  };
};

const allDrafts = (plan: Plan, context: PlanContext, clockOf: (timeZone: string) => ZoneClock): Draft[] => {
  const drafts: Draft[] = [];
  const taken = [...context.taken];
  const keys = new Set<string>();
  for (const index of plan.tracks.keys()) {
    const found = draftsOf(plan, index, context, taken, clockOf);
    if (drafts.length + found.length > maxSlots) {
      throw invalidField(`tracks.${index}.times`, 'too_many_slots', `gives the plan more than ${maxSlots} slots`);
    }
    for (const { slotKey } of found) {
      if (keys.has(slotKey))
        throw invalidField(`tracks.${index}`, 'repeated_slot', `makes the slot ${slotKey} a second time`);
      keys.add(slotKey);
    }
    drafts.push(...found);
    for (const { accountId, instant } of found) {
      if (instant !== null) taken.push({ accountId, publishAt: instantText(instant) });
    }
  }
  return drafts;
};

const jittered = (draft: Timed, seed: string): Timed => {
  const byMinutes = jitterMinutes(seed, draft.slotKey, draft.jitterMinutes);
  if (byMinutes === 0) return draft;
  const reasons = [...draft.reasons, { kind: 'jitter' as const, byMinutes }];
  return { ...draft, instant: draft.instant + byMinutes * minuteMs, reasons };
};

/** Conflicts of tracks themselves: slots without a time, and content without a slot. */
const conflictsOf = ({ tracks }: Plan, drafts: readonly Draft[]): Conflict[] => [
  ...drafts.flatMap(({ path, slotKey, reasons, instant }): Conflict[] => {
    if (instant !== null) return [];
    const name = reasons.at(-1)?.kind === 'no_queue_time' ? 'no_queue_time' : 'gap_skipped';
    return [{ name, path, slotKey, otherSlotKey: null }];
  }),
  ...tracks.flatMap((track, index): Conflict[] => {
    const path = `tracks.${index}`;
    const slots = drafts.filter((draft) => draft.path === path).length;
    const isLeft = contentsOf(track).length > slots;
    return isLeft ? [{ name: 'content_left_over', path: `${path}.content`, slotKey: null, otherSlotKey: null }] : [];
  }),
];

const withoutSlot = (dropped: readonly Draft[]): Error => {
  const isByBlackout = dropped.some(({ reasons }) => reasons.at(-1)?.kind === 'blackout');
  return isByBlackout
    ? invalidField('blackouts', 'no_slot_left', 'leave no slot in the plan')
    : invalidField('tracks', 'no_slot_left', 'have no slot to publish');
};

const byTime = (one: Draft, other: Draft): number => (one.instant ?? Infinity) - (other.instant ?? Infinity) || 0;

/** The public form of a slot. */
export const plannedOf = (
  { slotKey, trackId, accountId, content, timeZone, instant, reasons }: Timed,
  clockOf: (timeZone: string) => ZoneClock,
): PlannedSlot => ({
  slotKey,
  trackId,
  accountId,
  content,
  publishAt: instantText(instant),
  wallTime: wallText(clockOf(timeZone).wallAt(instant)),
  timeZone,
  reasons,
});

/** The public form of a dropped slot, with the time that it would have had. */
export const droppedOf = ({ instant, ...draft }: Draft, clockOf: (timeZone: string) => ZoneClock): DroppedSlot => {
  const { publishAt, wallTime, ...facts } = plannedOf({ ...draft, instant: instant ?? 0 }, clockOf);
  return { ...facts, ...(instant === null ? { publishAt: null, wallTime: null } : { publishAt, wallTime }) };
};
