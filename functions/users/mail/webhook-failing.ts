import type { WebhookDisabled, WebhookFailing } from '#events/platform.ts';
import type { EventOf } from '#shared/events/event.ts';
import type { Deps } from '../deps.ts';
import { apiRequest } from '../domain/api-request.ts';
import { inZone } from '../domain/in-zone.ts';
import { isOwner, mailMembers } from './mail-members.ts';

type Wants = Pick<Deps, 'members' | 'people' | 'mails' | 'mailing'>;
type Failing = EventOf<typeof WebhookFailing>;
type Disabled = EventOf<typeof WebhookDisabled>;

/** Emails the owners of a workspace that nothing could be delivered to a webhook for a day. */
export const mailWebhookFailing = (deps: Wants, event: Failing): Promise<void> =>
  mailOwners(deps, event, {
    topic: 'A webhook is failing',
    statement: 'Nothing could be delivered for a day. After five days, it is disabled.',
    failingSince: event.data.failingSince,
  });

const statements: Readonly<Partial<Record<Disabled['data']['cause'], string>>> = {
  failing:
    'Nothing could be delivered for five days. It was disabled, and gets no more events until it is enabled again.',
  gone: 'Its server responded with 410 (Gone). It was disabled, and gets no more events until it is enabled again.',
};

/** Emails the owners of a workspace that the platform disabled a webhook. Not sent if a member did. */
export const mailWebhookDisabled = async (deps: Wants, event: Disabled): Promise<void> => {
  const statement = statements[event.data.cause];
  if (statement !== undefined) await mailOwners(deps, event, { topic: 'A webhook was disabled', statement });
};

const mailOwners = async (
  deps: Wants,
  { workspaceId, entityId: webhookId, correlationId, data: { host } }: Failing | Disabled,
  { topic, statement, failingSince }: { topic: string; statement: string; failingSince?: string },
): Promise<void> => {
  const workspace = await deps.people.findWorkspace(workspaceId);
  const data = {
    ...{ topic, statement, host, webhookId },
    deliveries: apiRequest(deps.mailing.publicUrl, 'GET', `/v1/webhooks/${webhookId}/deliveries`),
    ...(workspace && { workspaceName: workspace.name }),
    ...(failingSince !== undefined && { failingSince: inZone(failingSince, workspace?.settings.timeZone) }),
  };
  await mailMembers(deps, { workspaceId, kind: 'webhook_failing', data, correlationId }, isOwner);
};
