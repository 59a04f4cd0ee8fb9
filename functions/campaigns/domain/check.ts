import * as z from 'zod';
import { PostFacts } from '#events/campaign-content.ts';
import { PostId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import { LeftAlone } from './campaign.ts';
import { Trial } from './experiment.ts';
import { PlannedSlot } from './planned-slot.ts';

/** A slot of the plan within a check: its post exists, or is made from its template under this id. */
export const CheckedSlot = PlannedSlot.extend({
  postId: PostId,
  trial: Trial.nullable().default(null),
  /** The post has yet to be made from its template. One already made from the same content is kept, with its edits. */
  isToMake: z.boolean(),
  /** Undefined: not looked up yet; null: there is no such post. */
  facts: PostFacts.nullable().optional(),
  /** Why the post could not be made from its template. */
  problem: z.object({ code: z.string(), message: z.string() }).nullable().default(null),
  /** What applying the plan does with the slot; in a launch, every slot is added. */
  change: z.enum(['added', 'replaced', 'moved', 'dropped', 'left_alone', 'kept']).default('added'),
  /** Why it is left alone. */
  why: LeftAlone.optional(),
  /** Its time in the plan, if it is published at another one. */
  plannedFor: Instant.optional(),
});
export type CheckedSlot = z.infer<typeof CheckedSlot>;

/** Whether the slot needs a post claimed. */
export const isNewSlot = ({ change }: Pick<CheckedSlot, 'change'>): boolean =>
  change === 'added' || change === 'replaced';

/** Whether the slot is to be published once the plan is applied. */
export const goesOut = ({ change }: Pick<CheckedSlot, 'change'>): boolean =>
  change !== 'dropped' && change !== 'left_alone';

/** Consecutive slots of a plan, as many as one workflow step handles. */
export const CheckPart = z.object({
  part: z.int().min(0),
  /** Number of slots in the parts before it. */
  from: z.int().min(0),
  slots: z.array(CheckedSlot),
});
export type CheckPart = z.infer<typeof CheckPart>;

/** Maximum number of slots per part, whose posts one step creates or claims. */
const maxSlots = 25;

/** In UTF-16 code units of JSON: Step Functions payloads are limited to 256 KB, DynamoDB items to 400 KB. */
const maxLength = 80_000;

/** Splits a plan into parts that one workflow step can handle. */
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

/** Id of a campaign's check or launch, by its number. */
export const checkIdOf = (kind: 'check' | 'launch', number: number): string =>
  `${kind === 'check' ? 'C' : 'L'}${String(number).padStart(6, '0')}`;
