import { systemAuthor } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import type { Automation } from '../domain/automation.ts';
import { loopIn } from '../domain/automation-loop.ts';
import type { KnownEvent } from '../domain/known-event.ts';

/** Records a loop, if the automation must not follow from the chain; this notifies the people concerned. True if so. */
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
    // Without the chain, so that no automation is excluded from reacting to the event.
    systemAuthor('campaigns', { correlationId }),
  );
  return true;
};
