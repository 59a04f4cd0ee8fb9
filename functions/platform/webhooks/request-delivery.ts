import type { Author } from '#shared/actor.ts';
import type { EventDefinition, EventOf } from '#shared/events/event.ts';
import { derivedId, newId } from '#shared/ids.ts';
import type { WebhookDeps } from '../deps.ts';
import type { Webhook } from '../domain/webhook.ts';
import { type Delivery, maxEventAgeMs, waitingSince } from '../domain/webhook-delivery.ts';
import { payloadOf } from '../domain/webhook-payload.ts';

type Wants = Pick<WebhookDeps, 'webhooks' | 'deliveries' | 'now'>;
type Event = EventOf<EventDefinition>;

/**
 * Creates a delivery for each webhook of the workspace that subscribes to the event. Delivery ids are derived from the
 * event and the webhook, so an event that arrives again creates no duplicates.
 */
export const deliverEvent = async (deps: Wants, type: string, event: Event): Promise<void> => {
  const { workspaceId, occurredAt, actor, correlationId, chain } = event;
  const now = deps.now();
  if (now.getTime() - Date.parse(occurredAt) > maxEventAgeMs) return;
  const payload = payloadOf(type, event);
  for (const { id: webhookId } of await deps.webhooks.listeningTo(workspaceId, { type, occurredAt })) {
    const id = derivedId('dlv', occurredAt, `${event.id}/${webhookId}`);
    const delivery = { id, workspaceId, webhookId, eventId: event.id, eventType: type, payload, ...waitingSince(now) };
    await deps.deliveries.add(delivery, { actor, correlationId, chain });
  }
};

/** Creates the delivery of a test event. */
export const deliverTest = async (
  { deliveries, now }: Pick<WebhookDeps, 'deliveries' | 'now'>,
  { workspaceId, id: webhookId, version }: Webhook,
  author: Author,
): Promise<Delivery> => {
  const at = now();
  const eventId = newId('evt', at);
  const event = {
    ...{ id: eventId, workspaceId, entityId: webhookId, entityVersion: version, occurredAt: at.toISOString() },
    ...{ actor: author.actor, correlationId: author.correlationId, data: {} },
  };
  const eventType = 'webhook.test';
  const key = { id: newId('dlv', at), workspaceId, webhookId };
  const payload = payloadOf(eventType, event);
  await deliveries.add({ ...key, eventId, eventType, payload, ...waitingSince(at) }, author);
  return deliveries.get(key);
};
