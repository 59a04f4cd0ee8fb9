import type { ReportReady } from '#events/analytics.ts';
import { systemAuthor } from '#shared/actor.ts';
import type { EventOf } from '#shared/events/event.ts';
import { mayDo } from '#shared/permissions.ts';
import type { Deps } from '../deps.ts';
import { inZone } from './in-zone.ts';

type Wants = Pick<Deps, 'members' | 'people' | 'mails' | 'mailing'>;

/**
 * Emails the recipients of a scheduled report that it is ready: those who are members still, and may read what it shows.
 * The mail names the operation that gives the links and not the links themselves: those work for minutes, and for anyone.
 */
export const mailReport = async (
  { members, people, mails, mailing }: Wants,
  { workspaceId, entityId, correlationId, data }: EventOf<typeof ReportReady>,
): Promise<void> => {
  const { recipients, expiresAt, showsUsage } = data;
  if (recipients.length === 0) return;
  const workspace = await people.findWorkspace(workspaceId);
  const told = {
    ...(workspace && { workspaceName: workspace.name }),
    where: `GET ${mailing.publicUrl}/v1/analytics/reports/${entityId}`,
    expiresAt: inZone(expiresAt, workspace?.settings.timeZone),
  };
  const author = systemAuthor('users', { correlationId });
  for (const personId of recipients) {
    const member = await members.record(workspaceId, personId);
    const mayRead = member?.status === 'active' && (!showsUsage || mayDo(member.role, 'usage:read'));
    const person = mayRead ? await people.find(member.subject) : undefined;
    if (person) await mails.queue({ workspaceId, to: person.email, kind: 'report_ready', data: told }, author);
  }
};
