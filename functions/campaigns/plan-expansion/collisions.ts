import { minuteMs } from '#shared/time.ts';
import type { Policies } from '../domain/plan-policies.ts';
import type { Conflict } from '../domain/planned-slot.ts';
import type { Draft, Timed } from './context.ts';

/**
 * Separates slots of an account at the same instant, which overlapping tracks and skipped local times cause: the first
 * in plan order stays; each later one moves by the account's minimum gap from the one before, or is dropped.
 * @param drafts in plan order
 */
export const partCollisions = (
  drafts: readonly Timed[],
  policy: Policies['collision'],
  minimumGapOf: (accountId: string) => number,
): { drafts: Draft[]; conflicts: Conflict[] } => {
  const before = new Map<string, { slotKey: string; count: number }>();
  const conflicts: Conflict[] = [];
  const parted = drafts.map((draft): Draft => {
    const place = `${draft.accountId}@${draft.instant}`;
    const other = before.get(place);
    if (!other) {
      before.set(place, { slotKey: draft.slotKey, count: 1 });
      return draft;
    }
    const { path, slotKey } = draft;
    conflicts.push({ name: 'collision', path, slotKey, otherSlotKey: other.slotKey });
    const movedByMinutes = policy === 'drop' ? 0 : other.count * minimumGapOf(draft.accountId);
    if (policy === 'move_later') other.count += 1;
    return {
      ...draft,
      instant: draft.instant + movedByMinutes * minuteMs,
      isDropped: policy === 'drop',
      reasons: [...draft.reasons, { kind: 'collision', policy, with: other.slotKey, movedByMinutes }],
    };
  });
  return { drafts: parted, conflicts };
};
