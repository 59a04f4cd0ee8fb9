import * as z from 'zod';
import { WebhookDeliveryId, WebhookId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { AskedInstant } from '#shared/time.ts';
import { Delivery, DeliveryStatus } from '../domain/webhook-delivery.ts';
import { onWebhook, operation } from './contract.ts';

const onDelivery = z.strictObject({ webhookId: WebhookId, deliveryId: WebhookDeliveryId });

/** Most deliveries that one request replays. */
export const maxReplayed = 100;

const DeliveryView = Delivery.pick({
  ...{ id: true, webhookId: true, eventId: true, eventType: true, status: true, failure: true },
  ...{ attempts: true, nextAttemptAt: true, createdAt: true, updatedAt: true },
}).meta({ id: 'WebhookDelivery', description: 'Delivery of one event to one webhook' });

export const testWebhook = operation({
  id: 'testWebhook',
  method: 'POST',
  path: '/v1/webhooks/{webhookId}/test',
  summary: 'Send a test event to a webhook',
  description: 'It has the type `webhook.test`, and is signed, delivered and retried like any other event.',
  access: 'webhooks:manage',
  request: { path: onWebhook },
  response: DeliveryView,
  status: 202,
  errors: { 'not-found': ['webhook_not_found'], conflict: ['webhook_disabled'] },
});

export const listWebhookDeliveries = operation({
  id: 'listWebhookDeliveries',
  method: 'GET',
  path: '/v1/webhooks/{webhookId}/deliveries',
  summary: 'List the deliveries of a webhook, newest event first',
  description: 'Deliveries are deleted after 30 days.',
  access: 'webhooks:read',
  request: {
    path: onWebhook,
    query: pageQuery({
      status: DeliveryStatus.optional(),
      eventType: z.string().max(100).optional().meta({ description: 'Type of the event' }),
    }),
  },
  response: pageOf(DeliveryView),
  errors: { 'not-found': ['webhook_not_found'] },
});

const missing = { 'not-found': ['webhook_not_found', 'webhook_delivery_not_found'] } as const;

export const getWebhookDelivery = operation({
  id: 'getWebhookDelivery',
  method: 'GET',
  path: '/v1/webhooks/{webhookId}/deliveries/{deliveryId}',
  summary: 'Get a delivery of a webhook with its payload',
  access: 'webhooks:read',
  request: { path: onDelivery },
  response: DeliveryView.extend({ payload: Delivery.shape.payload }).meta({ id: 'WebhookDeliveryWithPayload' }),
  errors: missing,
});

export const replayWebhookDelivery = operation({
  id: 'replayWebhookDelivery',
  method: 'POST',
  path: '/v1/webhooks/{webhookId}/deliveries/{deliveryId}/replay',
  summary: 'Replay a delivery of a webhook',
  description: 'Sends it again with the same `webhook-id`; failed attempts are retried as for a new delivery.',
  access: 'webhooks:manage',
  request: { path: onDelivery },
  response: DeliveryView,
  status: 202,
  errors: { ...missing, conflict: ['webhook_disabled', 'delivery_still_waiting', 'changed_meanwhile'] },
});

export const replayFailedDeliveries = operation({
  id: 'replayFailedDeliveries',
  method: 'POST',
  path: '/v1/webhooks/{webhookId}/replays',
  summary: 'Replay the failed deliveries of a webhook',
  description: `Replays up to ${maxReplayed} failed deliveries, oldest first. Repeat the request while \`hasMore\` is true.`,
  access: 'webhooks:manage',
  request: {
    path: onWebhook,
    body: z.strictObject({
      since: AskedInstant.meta({
        description: 'Only deliveries created, or last replayed, at or after this time; any UTC offset',
      }),
    }),
  },
  response: z.object({
    webhookId: WebhookId,
    replayed: z.int().min(0).meta({ description: 'Number of deliveries that are sent again' }),
    hasMore: z.boolean().meta({ description: 'Whether there are more to replay' }),
  }),
  status: 202,
  errors: { 'not-found': ['webhook_not_found'], conflict: ['webhook_disabled'] },
  limit: 'costly',
});

export const operations = [
  testWebhook,
  listWebhookDeliveries,
  getWebhookDelivery,
  replayWebhookDelivery,
  replayFailedDeliveries,
] as const;
