import * as z from 'zod';
import { Original, SlotContent, Times, TrackContent } from './plan.ts';
import { WallTime } from './plan-policies.ts';

export const EditScope = z.enum(['this', 'this_and_following', 'all']).meta({
  description:
    'Slots that the edit changes: the named one, that and the following ones of its track, or all of its track',
});
export type EditScope = z.infer<typeof EditScope>;

export const PlanChange = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('move'),
      wallTime: WallTime.meta({ description: 'New local time of the named slot, in the time zone of its track' }),
    })
    .meta({ description: 'Move the slot; other slots in the scope move by the same amount of local time' }),
  z.strictObject({ kind: z.literal('drop') }).meta({ description: 'Leave the slots out' }),
  z.strictObject({ kind: z.literal('replace_content'), content: SlotContent }).meta({
    description: 'Publish other content; only with scope `this`',
  }),
  z.strictObject({ kind: z.literal('replace_track_content'), content: TrackContent }).meta({
    description: 'Replace the content of all slots in the scope; not with scope `this`',
  }),
  z.strictObject({ kind: z.literal('replace_times'), times: Times }).meta({
    description: 'Replace the times of all slots in the scope; not with scope `this`',
  }),
]);
export type PlanChange = z.infer<typeof PlanChange>;

export const PlanEdit = z
  .strictObject({
    trackId: z.string().min(1).max(40).meta({ description: 'Id of the track in the plan' }),
    original: Original,
    scope: EditScope,
    change: PlanChange.meta({ description: 'What to change' }),
  })
  .meta({ description: 'A change to one or more slots of a track' });
export type PlanEdit = z.infer<typeof PlanEdit>;
