import * as z from 'zod';
import { Chain, longestChain } from '#shared/actor.ts';
import { entityFields } from '#shared/entity.ts';
import { AutomationId, PersonId } from '#shared/ids.ts';

/** A chain of automations that was stopped because it came back to one of them or grew too long. */
export const AutomationLoop = z.object({
  ...entityFields,
  /** The automation that was not started. */
  automationId: AutomationId,
  /** The automations that led to it, oldest first. */
  automations: Chain,
  /** Names of `automations`, followed by that of `automationId`. */
  names: z.array(z.string()),
  /** People who switched them on. */
  owners: z.array(PersonId),
  why: z.enum(['circle', 'too_long']),
  eventId: z.string(),
  eventType: z.string(),
});
export type AutomationLoop = z.infer<typeof AutomationLoop>;

/** Why an automation must not follow from a chain; undefined if it may. */
export const loopIn = (chain: readonly string[], automationId: string): AutomationLoop['why'] | undefined => {
  if (chain.includes(automationId)) return 'circle';
  return chain.length >= longestChain ? 'too_long' : undefined;
};
