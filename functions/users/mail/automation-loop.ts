import type { AutomationLoopStopped } from '#events/campaigns.ts';
import { systemAuthor } from '#shared/actor.ts';
import type { EventOf } from '#shared/events/event.ts';
import type { Deps } from '../deps.ts';

/** Tells owners of the workspace, and whoever has switched the automations on, of a loop that was stopped. */
export const mailLoop = async (
  { members, people, mails }: Pick<Deps, 'members' | 'people' | 'mails'>,
  { workspaceId, entityId, correlationId, data }: EventOf<typeof AutomationLoopStopped>,
): Promise<void> => {
  const workspace = await people.findWorkspace(workspaceId);
  const told = {
    automations: data.names.join(', then '),
    eventType: data.eventType,
    ...(workspace && { workspaceName: workspace.name }),
  };
  for (const { role, subject, personId, status } of await members.all(workspaceId)) {
    if (status !== 'active' || (role !== 'owner' && !data.owners.includes(personId))) continue;
    const person = await people.find(subject);
    if (!person) continue;
    const mail = { workspaceId, to: person.email, kind: 'automation_loop' as const };
    if (!(await mails.allow({ ...mail, topic: entityId }))) continue;
    await mails.queue({ ...mail, data: told }, systemAuthor('users', { correlationId }), true);
  }
};
