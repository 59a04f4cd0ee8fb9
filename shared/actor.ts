import * as z from 'zod';
import { AutomationId } from './ids.ts';

/** Who did something: a person or service account by id, or a part of the platform acting on its own. */
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

/** Returns the actor for the id of a person or service account. */
export const actorOf = (id: string): Actor => ({ type: id.startsWith('sva_') ? 'service_account' : 'person', id });

/** Maximum length of a chain. */
export const longestChain = 5;

/**
 * Automations that led to a change, oldest first, so that an automation that triggers itself is recognised. Empty for
 * changes made by people.
 */
export const Chain = z
  .array(AutomationId)
  .max(longestChain)
  .meta({ description: 'Automations that led to the change, oldest first; empty for what people do by themselves' });
export type Chain = z.infer<typeof Chain>;

/** On whose behalf a change is written. Stored in the item, and from there in the events and the audit trail. */
export interface Author {
  actor: Actor;
  correlationId: string;
  /** Undefined: no automation caused it, beyond those in the entity's own chain. */
  chain?: Chain | undefined;
}

/** What made a context act: an event or a request. */
export type Cause = Omit<Author, 'actor'>;

/** Returns the author of what a context does on its own, following an event or a workflow. */
export const systemAuthor = (context: string, { correlationId, chain }: Cause): Author => ({
  actor: { type: 'system', id: context },
  correlationId,
  chain,
});

/**
 * Returns the chain of an entity's next version. A change by the platform continues the chain of the entity's last
 * change; one by a person starts a new chain.
 */
export const chainAfter = (before: Chain | undefined, { actor, chain = [] }: Author): Chain | undefined => {
  const led = actor.type === 'system' ? [...new Set([...(before ?? []), ...chain])].slice(-longestChain) : chain;
  return led.length === 0 ? undefined : led;
};
