import type { ExpandedPlan } from '../plan-expansion/context.ts';

/** The next slots of a plan; `remaining` counts all that are still to come. */
export interface Preview extends ExpandedPlan {
  remaining: number;
}

/**
 * Returns the next `limit` slots of a plan from an instant (UTC) on, the dropped slots of the same period, and all
 * conflicts, as they can concern later slots.
 */
export const previewOf = (expanded: ExpandedPlan, { after, limit }: { after: string; limit: number }): Preview => {
  const from = Date.parse(after);
  const coming = expanded.slots.filter(({ publishAt }) => Date.parse(publishAt) >= from);
  const slots = coming.slice(0, limit);
  const last = coming.length > limit ? Date.parse(slots.at(-1)?.publishAt ?? after) : Infinity;
  // Slots that never had a time are always included.
  const dropped = expanded.dropped.filter(({ publishAt }) => {
    const at = publishAt === null ? from : Date.parse(publishAt);
    return from <= at && at <= last;
  });
  return { slots, dropped, conflicts: expanded.conflicts, remaining: coming.length };
};
