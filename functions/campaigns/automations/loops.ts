import { systemAuthor } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import type { Automation } from '../domain/automation.ts';
import { loopIn } from '../domain/automation-loop.ts';
import type { KnownEvent } from '../domain/known-event.ts';

/** Stops a chain that comes back to the automation or is too long, and tells whom it concerns. True when it does. */
export const noteLoop = async (
  { loops, automations }: Pick<Deps, 'loops' | 'automations'>,
  automation: Automation,
  { id: eventId, type: eventType, chain, correlationId }: KnownEvent,
): Promise<boolean> => {
  const { workspaceId, id: automationId } = automation;
  const why = loopIn(chain, automationId);
  if (!why) return false;
  const others = await Promise.all(chain.map((id) => automations.find(workspaceId, id)));
  const all = [...others.filter((each) => each !== undefined), automation];
  const names = all.map(({ name }) => name);
  const owners = [...new Set(all.flatMap(({ by }) => (by ? [by.personId] : [])))];
  await loops.note(
    { workspaceId, automationId, automations: chain, names, owners, why, eventId, eventType },
    // Without a chain of its own: what tells of a loop must be heard by all.
    systemAuthor('campaigns', { correlationId }),
  );
  return true;
};
