import type { AutomationLoopStopped, AutomationRunEnded, AutomationSwitched } from '#events/campaigns.ts';
import type { EventOf } from '#shared/events/event.ts';
import type { Deps } from '../deps.ts';
import { apiRequest } from '../domain/api-request.ts';
import type { MailKind } from '../domain/mail.ts';
import type { Membership } from '../domain/workspace.ts';
import { isOwner, mailMembers } from './mail-members.ts';

type Needed = Pick<Deps, 'members' | 'people' | 'mails' | 'mailing'>;

/** Emails owners, and whoever switched on the automations, that a loop was stopped. */
export const mailLoop = async (deps: Needed, event: EventOf<typeof AutomationLoopStopped>): Promise<void> => {
  const { workspaceId, entityId: topic, correlationId, data } = event;
  const told = { automations: data.names.join(', '), eventType: data.eventType };
  await mailThem(deps, { workspaceId, kind: 'automation_loop', topic, told, others: data.owners, correlationId });
};

/** Emails owners, and the responsible person, that a run of an automation failed: once a day per automation. */
export const mailFailedRun = async (deps: Needed, event: EventOf<typeof AutomationRunEnded>): Promise<void> => {
  const { workspaceId, entityId: runId, correlationId, data } = event;
  const { automationId, status, name: automationName, message, personId } = data;
  if (status !== 'failed') return;
  const runs = apiRequest(deps.mailing.publicUrl, 'GET', `/v1/automations/${automationId}/runs`);
  const told = { automationName, automationId, runId, runs, ...(message !== null && { message }) };
  await mailThem(deps, {
    workspaceId,
    kind: 'automation_failed',
    topic: automationId,
    told,
    others: [personId],
    correlationId,
  });
};

/**
 * Emails owners that an automation was switched off because nobody is responsible for it any more. Not sent if a person
 * switched it off.
 */
export const mailSwitchedOff = async (deps: Needed, event: EventOf<typeof AutomationSwitched>): Promise<void> => {
  const { workspaceId, entityId: automationId, actor, correlationId, data } = event;
  if (data.isOn || actor.type !== 'system') return;
  const told = { automationName: data.name, automationId };
  await mailThem(deps, { workspaceId, kind: 'automation_off', topic: automationId, told, others: [], correlationId });
};

interface Trouble {
  workspaceId: string;
  kind: MailKind;
  topic: string;
  told: Record<string, string>;
  /** Members to email in addition to the owners. */
  others: readonly string[];
  correlationId: string;
}

const mailThem = async (
  deps: Needed,
  { workspaceId, kind, topic, told, others, correlationId }: Trouble,
): Promise<void> => {
  const workspace = await deps.people.findWorkspace(workspaceId);
  const data = { ...told, ...(workspace && { workspaceName: workspace.name }) };
  const isMeant = (member: Membership): boolean => isOwner(member) || others.includes(member.personId);
  await mailMembers(deps, { workspaceId, kind, data, topic, correlationId }, isMeant);
};
