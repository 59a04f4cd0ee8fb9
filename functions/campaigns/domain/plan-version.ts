import * as z from 'zod';
import { AccountId } from '#shared/ids.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { Instant } from '#shared/time.ts';
import { Note } from './lifecycle.ts';
import { Plan } from './plan.ts';
import { SlotKey } from './planned-slot.ts';

const slotChange = z.object({
  slotKey: SlotKey,
  kind: z.enum(['added', 'moved', 'dropped', 'content_replaced']).meta({ description: 'What happened to the slot' }),
  before: Instant.nullable().meta({ description: 'Its time before (UTC); null: it was not in the plan' }),
  after: Instant.nullable().meta({ description: 'Its time after (UTC); null: it is no longer in the plan' }),
});

/** Maximum number of changed slots that a difference lists; `counts` covers all. */
export const maxListed = 100;

/** What one version of a plan changed. */
export const PlanDifference = z
  .object({
    counts: z
      .object({
        added: z.int().meta({ description: 'Slots that are new' }),
        moved: z.int().meta({ description: 'Slots with another time' }),
        dropped: z.int().meta({ description: 'Slots that are gone' }),
        content_replaced: z.int().meta({ description: 'Slots with another account or content' }),
      })
      .meta({ description: 'Number of slots by what happened to them' }),
    slots: z.array(slotChange).meta({ description: `Changed slots in order of time, at most ${maxListed}` }),
    settings: z.array(z.string()).meta({
      description: 'Fields of the plan that changed, except its tracks',
      examples: [['spacing', 'blackouts']],
    }),
  })
  .meta({ id: 'PlanDifference', description: 'Difference from the version before' });
export type PlanDifference = z.infer<typeof PlanDifference>;

/** One version of the plan of a campaign; all stay readable. */
export const PlanVersion = z
  .object({
    version: z.int().min(1).meta({ description: 'Counts the versions of the plan' }),
    at: Instant.meta({ description: 'When it was saved (UTC)' }),
    by: z.string().max(64).meta({ description: 'Id of who saved it' }),
    note: personal(Note.nullable().meta({ description: 'Reason given; null: none' }), {
      why: 'to show why a plan was changed',
      keptFor: keptFor.workspace,
    }),
    slots: z.int().min(0).meta({ description: 'Number of slots that it publishes' }),
    difference: PlanDifference,
    applied: z
      .object({
        at: Instant.meta({ description: 'When all its slots were set up (UTC)' }),
        by: z.string().max(64).meta({ description: 'Id of who launched or applied it' }),
        note: Note.nullable().meta({ description: 'Reason given; null: none' }),
      })
      .optional()
      .meta({ description: 'When it took effect; left out: it never did' }),
  })
  .meta({ id: 'PlanVersion', description: 'A version of the plan, and what it changed' });
export type PlanVersion = z.infer<typeof PlanVersion>;

/** A saved plan, with its slots at that time: they also depend on queues and other posts, which change. */
export const SavedPlan = z.object({
  plan: Plan,
  outline: z.array(z.object({ slotKey: SlotKey, accountId: AccountId, publishAt: Instant, contentDigest: z.string() })),
});
export type SavedPlan = z.infer<typeof SavedPlan>;
