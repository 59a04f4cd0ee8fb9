import type { ExpandedPlan } from '../plan-expansion/context.ts';

/** The next slots of a plan; `remaining` counts all that are still to come. */
export interface Preview extends ExpandedPlan {
  remaining: number;
}

/**
 * The next slots of a plan that go out at an instant (UTC) or later, so many of them; in the time that these take, those
 * that are left out; and every conflict of the plan, since it may be about a slot further on.
 */
export const previewOf = (expanded: ExpandedPlan, { after, limit }: { after: string; limit: number }): Preview => {
  const from = Date.parse(after);
  const coming = expanded.slots.filter(({ publishAt }) => Date.parse(publishAt) >= from);
  const slots = coming.slice(0, limit);
  const last = coming.length > limit ? Date.parse(slots.at(-1)?.publishAt ?? after) : Infinity;
  // One that never had a time is told at once.
  const dropped = expanded.dropped.filter(({ publishAt }) => {
    const at = publishAt === null ? from : Date.parse(publishAt);
    return from <= at && at <= last;
  });
  return { slots, dropped, conflicts: expanded.conflicts, remaining: coming.length };
};
