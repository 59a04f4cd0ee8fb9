import type { AlertRaised } from '#events/analytics.ts';
import { systemAuthor } from '#shared/actor.ts';
import type { EventOf } from '#shared/events/event.ts';
import { mayDo } from '#shared/permissions.ts';
import type { Deps } from '../deps.ts';
import { apiRequest } from '../domain/api-request.ts';
import { inZone } from '../domain/in-zone.ts';

type Wants = Pick<Deps, 'knownAccounts' | 'members' | 'people' | 'mails' | 'mailing'>;

const topics: Readonly<Record<EventOf<typeof AlertRaised>['data']['kind'], string>> = {
  threshold: 'A metric crossed its threshold',
  anomaly: 'Unusual results',
  goal: 'A campaign goal is at risk or missed',
};

/**
 * Emails a member an alert that they set up. Members who left the workspace, or may no longer read analytics, get none.
 */
export const mailPerformanceAlert = async (
  { knownAccounts, members, people, mails, mailing }: Wants,
  { workspaceId, entityId, occurredAt, correlationId, data }: EventOf<typeof AlertRaised>,
): Promise<void> => {
  const member = await members.record(workspaceId, data.personId);
  if (member?.status !== 'active' || !mayDo(member.role, 'analytics:read')) return;
  const person = await people.find(member.subject);
  if (!person) return;
  const mail = { workspaceId, to: person.email, kind: 'performance_alert' as const };
  if (!(await mails.allow({ ...mail, topic: entityId }))) return;
  const workspace = await people.findWorkspace(workspaceId);
  const account = data.accountId === null ? undefined : await knownAccounts.find(workspaceId, data.accountId);
  const told = {
    topic: topics[data.kind],
    statement: data.statement,
    settings: apiRequest(mailing.publicUrl, 'PUT', '/v1/analytics/alerts'),
    ...(workspace && { workspaceName: workspace.name }),
    ...(data.accountId !== null && {
      account: account?.username === undefined ? data.accountId : `@${account.username}`,
    }),
    ...(data.campaignId !== null && { campaign: data.campaignName ?? data.campaignId }),
    at: inZone(occurredAt, workspace?.settings.timeZone),
  };
  await mails.queue({ ...mail, data: told }, systemAuthor('users', { correlationId }), true);
};
