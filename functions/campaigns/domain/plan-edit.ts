import * as z from 'zod';
import { Original, SlotContent, Times, TrackContent } from './plan.ts';
import { WallTime } from './plan-policies.ts';

/** How far an edit reaches from the slot that it names. */
export const EditScope = z.enum(['this', 'this_and_following', 'all']);
export type EditScope = z.infer<typeof EditScope>;

export const PlanChange = z.discriminatedUnion('kind', [
  /** The slot goes out at that local time; others in the scope move by as much on the clock. */
  z.strictObject({ kind: z.literal('move'), wallTime: WallTime }),
  z.strictObject({ kind: z.literal('drop') }),
  /** Scope `this` alone. */
  z.strictObject({ kind: z.literal('replace_content'), content: SlotContent }),
  /** Content of all slots in the scope, and not of `this`. */
  z.strictObject({ kind: z.literal('replace_track_content'), content: TrackContent }),
  /** Other times for all slots in the scope, and not for `this`. */
  z.strictObject({ kind: z.literal('replace_times'), times: Times }),
]);
export type PlanChange = z.infer<typeof PlanChange>;

export const PlanEdit = z.strictObject({
  trackId: z.string().min(1).max(40),
  original: Original,
  scope: EditScope,
  change: PlanChange,
});
export type PlanEdit = z.infer<typeof PlanEdit>;
