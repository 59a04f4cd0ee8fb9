import type { Campaign } from '../domain/campaign.ts';
import { type CheckedSlot, isNewSlot } from '../domain/check.ts';
import { maxChangesTold, type PlanChangeReport } from '../domain/launch-report.ts';

/** Findings of a launched campaign's check about a newer plan. */
export interface ChangeFacts {
  report: PlanChangeReport;
  /** Keys of slots that are added or moved, or get other content. */
  changed: ReadonlySet<string>;
  /** What whoever applies the plan has seen of the change; it does not change as time passes. */
  seen: unknown;
}

/** @param slots slots of a check, each with what happens to it */
export const changeFactsOf = (
  { planVersion, appliedPlanVersion }: Pick<Campaign, 'planVersion' | 'appliedPlanVersion'>,
  slots: readonly CheckedSlot[],
): ChangeFacts => {
  const counts = { added: 0, replaced: 0, moved: 0, dropped: 0, left_alone: 0, kept: 0 };
  for (const { change } of slots) counts[change] += 1;
  const changes = slots.flatMap(({ slotKey, change: kind, publishAt, plannedFor }) =>
    kind === 'kept' || kind === 'left_alone'
      ? []
      : [{ slotKey, kind, publishAt: kind === 'dropped' ? null : publishAt, plannedFor: plannedFor ?? null }],
  );
  const leftAlone = slots.flatMap(({ slotKey, change, why }) =>
    change === 'left_alone' && why !== undefined ? [{ slotKey, why }] : [],
  );
  return {
    report: {
      ...{ from: appliedPlanVersion, to: planVersion, counts },
      slots: changes.slice(0, maxChangesTold).map(({ plannedFor: _, ...change }) => change),
      leftAlone: leftAlone.slice(0, maxChangesTold),
      backfill: slots.flatMap((slot) => backfillOf(slot)).slice(0, maxChangesTold),
    },
    changed: new Set(slots.filter((slot) => isNewSlot(slot) || slot.change === 'moved').map(({ slotKey }) => slotKey)),
    seen: {
      planVersion,
      changes: changes.map(({ slotKey, kind, publishAt, plannedFor }) => [slotKey, kind, plannedFor ?? publishAt]),
      leftAlone: leftAlone.map(({ slotKey }) => slotKey),
    },
  };
};

/** What the catch-up policy makes of a new time that has passed. */
const backfillOf = ({ slotKey, change, reasons, publishAt }: CheckedSlot): PlanChangeReport['backfill'] => {
  const last = reasons.findLast(
    ({ kind }) => kind === 'missed' || kind === 'published_late' || kind === 'rest_shifted' || kind === 'compressed',
  );
  if (!last || !('dueAt' in last) || change === 'kept' || change === 'left_alone') return [];
  const isLeftOut = change === 'dropped';
  if (isLeftOut && last.kind !== 'missed') return [];
  return [{ slotKey, dueAt: last.dueAt, publishAt: isLeftOut ? null : publishAt }];
};
