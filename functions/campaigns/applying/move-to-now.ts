import { notFound } from '#shared/errors.ts';
import { zoneClocks } from '#shared/zone-clock.ts';
import type { Plan } from '../domain/plan.ts';
import type { Conflict, PlannedSlot } from '../domain/planned-slot.ts';
import { accountCalendars } from '../plan-expansion/account-calendar.ts';
import type { Taken } from '../plan-expansion/context.ts';
import { wallText } from '../plan-expansion/wall-time.ts';

interface Given {
  plan: Pick<Plan, 'timeZone' | 'tracks' | 'spacing' | 'accountSpacing' | 'blackouts'>;
  /** Slots that are not published yet. */
  slots: readonly PlannedSlot[];
  taken: readonly Taken[];
  slotKey: string;
  now: string;
}

/**
 * Moves one slot to this instant (UTC) on request, even against rules of the plan, each of which is reported as a
 * conflict. Other slots stay.
 * @throws DomainError `planned_slot_not_found`
 */
export const moveToNow = ({
  plan,
  slots,
  taken,
  slotKey,
  now,
}: Given): { slot: PlannedSlot; conflicts: Conflict[] } => {
  const slot = slots.find((each) => each.slotKey === slotKey);
  if (!slot) throw notFound('planned slot');
  const clockOf = zoneClocks();
  const others = [...taken, ...slots.filter((each) => each !== slot)];
  const instant = Date.parse(now);
  const blocks = accountCalendars(plan, others, clockOf(plan.timeZone))(slot.accountId).blocksAt(instant);
  const path = `tracks.${plan.tracks.findIndex(({ id }) => id === slot.trackId)}`;
  return {
    slot: {
      ...slot,
      publishAt: now,
      wallTime: wallText(clockOf(slot.timeZone).wallAt(instant)),
      reasons: [...slot.reasons, { kind: 'run_now', at: now }],
    },
    conflicts: blocks.map(({ kind }) => ({ name: kind, path, slotKey, otherSlotKey: null })),
  };
};
