import { minuteMs } from '#shared/time.ts';
import { zoneClocks } from '#shared/zone-clock.ts';
import type { Plan } from '../domain/plan.ts';
import type { CatchUpPolicy } from '../domain/plan-policies.ts';
import type { PlannedSlot, Reason } from '../domain/planned-slot.ts';
import { accountCalendars } from '../plan-expansion/account-calendar.ts';
import type { ExpandedPlan, Taken, Timed } from '../plan-expansion/context.ts';
import { droppedOf, plannedOf } from '../plan-expansion/expand-plan.ts';
import { type Candidate, space } from '../plan-expansion/spacing.ts';
import { instantText } from '../plan-expansion/wall-time.ts';

interface Missed {
  plan: Pick<Plan, 'timeZone' | 'tracks' | 'spacing' | 'accountSpacing' | 'blackouts'>;
  /** Slots that are neither published nor being published. */
  slots: readonly PlannedSlot[];
  /** Other planned and recent publications. */
  taken: readonly Taken[];
  /** Slots due from this instant (UTC) until `now` were missed. */
  since: string;
  now: string;
  policy: CatchUpPolicy;
}

/**
 * Replans the slots missed during a pause, and those after them, under the policy. Nothing is published before `now`,
 * and spacing rules of the plan apply. Also serves as a preview, and for backfills: `slots` are then those never
 * published, and `since` is when they began.
 */
export const catchUp = ({ plan, slots, taken, since, now, policy }: Missed): ExpandedPlan => {
  const clockOf = zoneClocks();
  const [from, until] = [Date.parse(since), Date.parse(now)];
  // Stores return slots in another order, and all late slots want the same instant.
  const waiting = slots
    .toSorted(byTime)
    .map((slot) => asDraft(plan, slot))
    .filter(({ instant }) => instant >= from);
  const earlier = slots.filter(({ publishAt }) => Date.parse(publishAt) < from);
  const isMissed = ({ instant }: Timed): boolean => instant < until;
  if (!waiting.some(isMissed)) return { slots: [...slots].sort(byTime), dropped: [], conflicts: [] };

  const { moved, skipped } = replan(waiting, waiting.filter(isMissed), until, policy);
  const movedKeys = new Set([...moved, ...skipped].map(({ slotKey }) => slotKey));
  const kept = waiting.filter(({ slotKey }) => !movedKeys.has(slotKey)).map((slot) => plannedOf(slot, clockOf));
  const calendarOf = accountCalendars(plan, [...taken, ...kept], clockOf(plan.timeZone));
  const { placed, dropped, conflicts } = space(moved, calendarOf);
  return {
    slots: [...earlier, ...kept, ...placed.map((slot) => plannedOf(slot, clockOf))].sort(byTime),
    dropped: [...skipped, ...dropped].map((slot) => droppedOf(slot, clockOf)),
    conflicts,
  };
};

/** Slots with their wanted instants before spacing, and skipped slots. */
const replan = (
  waiting: readonly Timed[],
  missed: readonly Timed[],
  now: number,
  policy: CatchUpPolicy,
): { moved: Candidate[]; skipped: Timed[] } => {
  const first = Math.min(...missed.map(({ instant }) => instant));
  const last = Math.max(...waiting.map(({ instant }) => instant));
  switch (policy.kind) {
    case 'skip':
      return { moved: [], skipped: missed.map((slot) => because(slot, skippedReason(slot))) };
    case 'publish_late': {
      const withinMs = policy.withinMinutes * minuteMs;
      const isInTime = ({ instant }: Timed): boolean => now - instant <= withinMs;
      return {
        moved: missed.filter(isInTime).map((slot) => ({
          ...because(slot, { kind: 'published_late', dueAt: instantText(slot.instant) }),
          instant: now,
          latest: { instant: slot.instant + withinMs, reason: skippedReason(slot) },
        })),
        skipped: missed.filter((slot) => !isInTime(slot)).map((slot) => because(slot, skippedReason(slot))),
      };
    }
    case 'shift_rest':
      return { moved: waiting.map((slot) => movedTo(slot, slot.instant + now - first, 'rest_shifted')), skipped: [] };
    case 'compress': {
      // If all slots were missed, no time is left to share: they follow each other at the minimum gap.
      const share = last <= now ? 0 : (last - now) / (last - first);
      const at = ({ instant }: Timed): number => now + Math.ceil(((instant - first) * share) / minuteMs) * minuteMs;
      return {
        moved: waiting.map((slot) => movedTo(slot, Math.min(at(slot), Math.max(last, now)), 'compressed')),
        skipped: [],
      };
    }
  }
};

const because = (slot: Timed, reason: Reason): Timed => ({ ...slot, reasons: [...slot.reasons, reason] });

const skippedReason = ({ instant }: Timed): Reason => ({ kind: 'missed', dueAt: instantText(instant) });

const movedTo = (slot: Timed, instant: number, kind: 'rest_shifted' | 'compressed'): Timed => {
  const byMinutes = (instant - slot.instant) / minuteMs;
  return { ...because(slot, { kind, dueAt: instantText(slot.instant), byMinutes }), instant };
};

/** A planned slot that gets a new time. */
const asDraft = ({ tracks }: Pick<Plan, 'tracks'>, { publishAt, wallTime: _, ...slot }: PlannedSlot): Timed => ({
  ...slot,
  path: `tracks.${tracks.findIndex(({ id }) => id === slot.trackId)}`,
  instant: Date.parse(publishAt),
  jitterMinutes: 0,
  isDropped: false,
});

const byTime = (one: PlannedSlot, other: PlannedSlot): number =>
  Date.parse(one.publishAt) - Date.parse(other.publishAt);
