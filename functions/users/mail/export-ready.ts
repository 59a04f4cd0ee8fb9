import type { AuditExportReady, PersonExportReady } from '#events/users.ts';
import { systemAuthor } from '#shared/actor.ts';
import type { EventOf } from '#shared/events/event.ts';
import type { Deps } from '../deps.ts';
import { apiRequest } from '../domain/api-request.ts';
import { inZone } from '../domain/in-zone.ts';

type Wants = Pick<Deps, 'auditExports' | 'personExports' | 'members' | 'people' | 'mails' | 'mailing'>;

/** Emails a person that the archive of their data is ready, even if they have left the workspace. */
export const mailPersonExport = async (
  deps: Wants,
  { workspaceId, entityId, correlationId, data: { personId } }: EventOf<typeof PersonExportReady>,
): Promise<void> => {
  const found = personId === null ? undefined : await deps.personExports.find(personId);
  const member = found?.id === entityId ? await deps.members.record(workspaceId, found.personId) : undefined;
  if (!found || !member) return;
  await mail(deps, { workspaceId, correlationId, subject: member.subject }, `/v1/me/exports/${entityId}`, {
    what: 'Your personal data',
    expiresAt: inZone(found.expiresAt),
  });
};

/** Emails the member who requested an export of audit events that it is ready. Service accounts get no email. */
export const mailAuditExport = async (
  deps: Wants,
  { workspaceId, entityId, correlationId, data: { requestedBy } }: EventOf<typeof AuditExportReady>,
): Promise<void> => {
  const member = requestedBy === null ? undefined : await deps.members.record(workspaceId, requestedBy);
  if (member?.status !== 'active') return;
  const [{ from, to }, workspace] = await Promise.all([
    deps.auditExports.get(workspaceId, entityId),
    deps.people.findWorkspace(workspaceId),
  ]);
  const zone = workspace?.settings.timeZone;
  const asker = { workspaceId, correlationId, subject: member.subject };
  await mail(deps, asker, `/v1/audit-events/exports/${entityId}`, {
    what: `Audit events from ${inZone(from, zone)} to ${inZone(to, zone)}`,
    ...(workspace && { workspaceName: workspace.name }),
  });
};

/**
 * The email names the operation that returns the download link, because the link itself expires within minutes and
 * works for anyone.
 */
const mail = async (
  { people, mails, mailing }: Wants,
  { workspaceId, correlationId, subject }: { workspaceId: string; correlationId: string; subject: string },
  path: string,
  data: Readonly<Record<string, string>>,
): Promise<void> => {
  const person = await people.find(subject);
  if (!person) return;
  const told = { ...data, where: apiRequest(mailing.publicUrl, 'GET', path) };
  await mails.queue(
    { workspaceId, to: person.email, kind: 'export_ready', data: told },
    systemAuthor('users', { correlationId }),
  );
};
