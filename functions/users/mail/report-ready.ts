import type { ReportReady } from '#events/analytics.ts';
import { systemAuthor } from '#shared/actor.ts';
import type { EventOf } from '#shared/events/event.ts';
import { derivedId } from '#shared/ids.ts';
import { mayDo } from '#shared/permissions.ts';
import { hashOfReportToken, reportPathOf, reportTokenOf } from '#shared/report-link.ts';
import { dayMs } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { apiRequest } from '../domain/api-request.ts';
import { inZone } from '../domain/in-zone.ts';

type Wants = Pick<Deps, 'members' | 'people' | 'mails' | 'mailing' | 'newSecret' | 'now'>;

/** How long the link in an email works, in days, unless the report expires earlier. */
const linkDays = 7;

/**
 * Emails the recipients of a scheduled report that it is ready, if they are still members and may read its content.
 * Each gets their own secret link to its page; the digest of its token is published for analytics. For a report without
 * a page, the email names the operation that returns the download links, which expire within minutes.
 */
export const mailReport = async (
  { members, people, mails, mailing, newSecret, now }: Wants,
  { workspaceId, entityId: reportId, id: eventId, occurredAt, correlationId, data }: EventOf<typeof ReportReady>,
): Promise<void> => {
  const { recipients, expiresAt, formats, showsUsage, title } = data;
  if (recipients.length === 0) return;
  const workspace = await people.findWorkspace(workspaceId);
  const zone = workspace?.settings.timeZone;
  const linkEnd = new Date(Math.min(now().getTime() + linkDays * dayMs, Date.parse(expiresAt))).toISOString();
  const told = {
    ...(title !== null && { reportName: title }),
    ...(workspace && { workspaceName: workspace.name }),
    where: apiRequest(mailing.publicUrl, 'GET', `/v1/analytics/reports/${reportId}`),
    expiresAt: inZone(expiresAt, zone),
  };
  const author = systemAuthor('users', { correlationId });
  for (const personId of recipients) {
    const member = await members.record(workspaceId, personId);
    const mayRead = member?.status === 'active' && (!showsUsage || mayDo(member.role, 'usage:read'));
    const person = mayRead ? await people.find(member.subject) : undefined;
    const id = derivedId('mal', occurredAt, `${eventId}/${personId}`);
    if (!person || (await mails.find(workspaceId, id))) continue;
    const mail = { id, workspaceId, to: person.email, kind: 'report_ready' as const };
    if (formats.includes('page')) {
      const token = reportTokenOf({ workspaceId, reportId }, newSecret());
      const link = { link: mailing.publicUrl + reportPathOf(token), linkEnd: inZone(linkEnd, zone) };
      const opens = { reportId, personId, tokenHash: hashOfReportToken(token), expiresAt: linkEnd };
      await mails.queue({ ...mail, data: { ...told, ...link }, opens }, author);
    } else {
      await mails.queue({ ...mail, data: told }, author);
    }
  }
};
