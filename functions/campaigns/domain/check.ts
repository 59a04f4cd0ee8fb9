import * as z from 'zod';
import { PostFacts } from '#events/campaign-content.ts';
import { PostId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import { LeftAlone } from './campaign.ts';
import { Trial } from './experiment.ts';
import { PlannedSlot } from './planned-slot.ts';

/** A slot of the plan as a check looks at it: its post exists, or is made of its template under this id. */
export const CheckedSlot = PlannedSlot.extend({
  postId: PostId,
  trial: Trial.nullable().default(null),
  /** The post is still to be made of its template. What was made of the same content is kept, with what people did to it. */
  isToMake: z.boolean(),
  /** Undefined until it was looked at; null: there is no such post. */
  facts: PostFacts.nullable().optional(),
  /** Why the post of a template could not be made. */
  problem: z.object({ code: z.string(), message: z.string() }).nullable().default(null),
  /** What a change of a launched campaign does with it; of a launch, every slot is added. */
  change: z.enum(['added', 'replaced', 'moved', 'dropped', 'left_alone', 'kept']).default('added'),
  /** Why it is left alone. */
  why: LeftAlone.optional(),
  /** The time that the plan gives it, where it goes out at another. */
  plannedFor: Instant.optional(),
});
export type CheckedSlot = z.infer<typeof CheckedSlot>;

/** Whether a change takes another post for it, whose claim has to succeed. */
export const isNewSlot = ({ change }: Pick<CheckedSlot, 'change'>): boolean =>
  change === 'added' || change === 'replaced';

/** Whether it is to go out once all is carried out. */
export const goesOut = ({ change }: Pick<CheckedSlot, 'change'>): boolean =>
  change !== 'dropped' && change !== 'left_alone';

/** Some of the slots of a plan, in its order: as many as one step of a workflow looks at. */
export const CheckPart = z.object({
  part: z.int().min(0),
  /** Number of slots in the parts before it. */
  from: z.int().min(0),
  slots: z.array(CheckedSlot),
});
export type CheckPart = z.infer<typeof CheckPart>;

/** Slots of a part: at most this many posts are created or claimed in one step. */
const maxSlots = 25;

/** Length of a part as JSON, in UTF-16 units: Step Functions carries 256 KB, DynamoDB 400 KB an item. */
const maxLength = 80_000;

/** The parts of a plan, each as large as one step may carry. */
export const partsOf = (slots: readonly CheckedSlot[]): CheckPart[] => {
  const parts: CheckPart[] = [];
  let length = 0;
  for (const [from, slot] of slots.entries()) {
    const last = parts.at(-1);
    const added = JSON.stringify(slot).length;
    if (!last || last.slots.length === maxSlots || length + added > maxLength) {
      parts.push({ part: parts.length, from, slots: [slot] });
      length = added;
    } else {
      last.slots.push(slot);
      length += added;
    }
  }
  return parts;
};

/** Names the check of a campaign, or that of a launch, by its number. */
export const checkIdOf = (kind: 'check' | 'launch', number: number): string =>
  `${kind === 'check' ? 'C' : 'L'}${String(number).padStart(6, '0')}`;
