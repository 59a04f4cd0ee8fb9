import { minuteMs } from '#shared/time.ts';
import type { Conflict, Reason } from '../domain/planned-slot.ts';
import type { AccountCalendar } from './account-calendar.ts';
import type { Draft, Timed } from './context.ts';

/** Moves after which a slot counts as having no room. */
const maxMoves = 200;

/** A slot and its wanted instant. After `latest` (epoch milliseconds) it is dropped, for that reason. */
export type Candidate = Timed & { latest?: { instant: number; reason: Reason } };

export interface Spaced {
  placed: Timed[];
  dropped: Draft[];
  conflicts: Conflict[];
}

/**
 * Gives each slot the first instant from its own on that its account has room for: outside quiet hours, at the minimum
 * gap from others, on a day that is not full (from a full day it moves to the same time on a later day). A slot that is
 * in a blackout, or moved into one, is dropped. Earlier slots are placed first, and at the same instant those given
 * first, so that a slot only ever moves for those before it.
 */
export const space = (candidates: readonly Candidate[], calendarOf: (accountId: string) => AccountCalendar): Spaced => {
  const spaced: Spaced = { placed: [], dropped: [], conflicts: [] };
  for (const { latest, ...slot } of candidates.toSorted((one, other) => one.instant - other.instant)) {
    const calendar = calendarOf(slot.accountId);
    const found = findRoom(slot, calendar, spaced.conflicts);
    const isLate = !found.isDropped && latest !== undefined && found.instant > latest.instant;
    if (isLate) spaced.dropped.push({ ...found, isDropped: true, reasons: [...found.reasons, latest.reason] });
    else if (found.isDropped) spaced.dropped.push(found);
    else {
      calendar.take(found.instant, found.slotKey);
      spaced.placed.push(found);
    }
  }
  spaced.placed.sort((one, other) => one.instant - other.instant);
  return spaced;
};

const findRoom = (slot: Timed, calendar: AccountCalendar, conflicts: Conflict[]): Timed => {
  /** One reason per kind, with the total minutes by which it moved the slot. */
  const moves = new Map<Reason['kind'], Reason & { movedByMinutes: number }>();
  const { slotKey, path } = slot;
  const ended = (instant: number, last: Reason[]): Timed => ({
    ...slot,
    instant,
    reasons: [...slot.reasons, ...moves.values(), ...last],
    isDropped: last.length > 0,
  });
  let { instant } = slot;
  for (let move = 0; move < maxMoves; move += 1) {
    const block = calendar.blockAt(instant);
    if (!block) return ended(instant, []);
    if (block.kind === 'blackout') {
      conflicts.push({ name: 'blackout', path, slotKey, otherSlotKey: null });
      return ended(instant, [block]);
    }
    // Keeping quiet hours is not a conflict.
    if (block.kind !== 'quiet_hours' && !moves.has(block.kind)) {
      const otherSlotKey = block.kind === 'minimum_gap' ? block.after : null;
      conflicts.push({ name: block.kind, path, slotKey, otherSlotKey });
    }
    const { until, ...facts } = block;
    const before = moves.get(block.kind)?.movedByMinutes ?? 0;
    moves.set(block.kind, { ...facts, movedByMinutes: before + (until - instant) / minuteMs });
    instant = until;
  }
  conflicts.push({ name: 'no_room', path, slotKey, otherSlotKey: null });
  return ended(instant, [{ kind: 'no_room' }]);
};
