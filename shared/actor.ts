import * as z from 'zod';
import { AutomationId } from './ids.ts';

/** Who did something: a person or a service account by id, or a part of the platform acting by itself. */
export const Actor = z
  .object({
    type: z.enum(['person', 'service_account', 'automation', 'system']).meta({
      description: '`automation`: an automation of the workspace; `system`: a part of the platform acting by itself',
    }),
    id: z
      .string()
      .max(64)
      .meta({ description: 'Id of the person, service account or automation, or name of the part of the platform' }),
  })
  .meta({ description: 'Who did it' });
export type Actor = z.infer<typeof Actor>;

/** The actor behind the id of a person or of a service account. */
export const actorOf = (id: string): Actor => ({ type: id.startsWith('sva_') ? 'service_account' : 'person', id });

/** Length of the longest chain. */
export const longestChain = 5;

/**
 * Automations that led to a change, oldest first: the loop of one that sets itself off is seen by it. What people do
 * has none.
 */
export const Chain = z
  .array(AutomationId)
  .max(longestChain)
  .meta({ description: 'Automations that led to the change, oldest first; empty for what people do by themselves' });
export type Chain = z.infer<typeof Chain>;

/** On whose behalf a change is written: it goes into the item, and from there into the events and the audit trail. */
export interface Author {
  actor: Actor;
  correlationId: string;
  /** Undefined: the change follows from what its entity says already. */
  chain?: Chain | undefined;
}

/** What made a context act: an event or a request. */
export type Cause = Omit<Author, 'actor'>;

/** The author of what a context does by itself, following an event or a workflow. */
export const systemAuthor = (context: string, { correlationId, chain }: Cause): Author => ({
  actor: { type: 'system', id: context },
  correlationId,
  chain,
});

/**
 * The chain of an entity's next version. What a part of the platform does follows from the entity's last change as well;
 * a person begins anew.
 */
export const chainAfter = (before: Chain | undefined, { actor, chain = [] }: Author): Chain | undefined => {
  const led = actor.type === 'system' ? [...new Set([...(before ?? []), ...chain])].slice(-longestChain) : chain;
  return led.length === 0 ? undefined : led;
};
