import * as z from 'zod';
import { Chain, longestChain } from '#shared/actor.ts';
import { entityFields } from '#shared/entity.ts';
import { AutomationId, PersonId } from '#shared/ids.ts';

/** A chain of automations that was stopped: it came back to one of them, or grew too long. */
export const AutomationLoop = z.object({
  ...entityFields,
  /** The automation that was not started. */
  automationId: AutomationId,
  /** Those that led to it, oldest first. */
  automations: Chain,
  /** Names of these, and of the automation last. */
  names: z.array(z.string()),
  /** Who has switched them on. */
  owners: z.array(PersonId),
  why: z.enum(['circle', 'too_long']),
  eventId: z.string(),
  eventType: z.string(),
});
export type AutomationLoop = z.infer<typeof AutomationLoop>;

/** Why an automation must not follow from a chain; undefined when it may. */
export const loopIn = (chain: readonly string[], automationId: string): AutomationLoop['why'] | undefined => {
  if (chain.includes(automationId)) return 'circle';
  return chain.length >= longestChain ? 'too_long' : undefined;
};
