import { isDeepStrictEqual } from 'node:util';
import * as events from '#events/platform.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { hostOf, Webhook, webhookFields } from '../domain/webhook.ts';
import { Delivery } from '../domain/webhook-delivery.ts';

/** Events of a write to a webhook. */
export const webhookEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofWebhook(before && entityOf(Webhook, before), entityOf(Webhook, after));

/** Events of a write to a delivery, for the delivery queue. */
export const deliveryEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofDelivery(before && entityOf(Delivery, before), entityOf(Delivery, after));

const decided = Object.keys(webhookFields) as (keyof typeof webhookFields)[];

const ofWebhook = (before: Webhook | undefined, webhook: Webhook): DomainEvent[] => {
  const { id, eventTypes, status, disabled, toldOfFailure, keys } = webhook;
  const host = hostOf(webhook);
  if (webhook.deletedAt !== null) return [tell(events.WebhookDeleted, webhook, id, { host })];
  if (!before) return [tell(events.WebhookCreated, webhook, id, { host, eventTypes })];
  const isChanged = decided.some((field) => !isDeepStrictEqual(before[field], webhook[field]));
  const isToldNow = toldOfFailure !== null && toldOfFailure !== before.toldOfFailure;
  const previousValidUntil = keys[1]?.until ?? webhook.updatedAt;
  return [
    ...(isChanged ? [tell(events.WebhookChanged, webhook, id, { host, eventTypes })] : []),
    ...(isDeepStrictEqual(before.keys, keys)
      ? []
      : [tell(events.WebhookSecretRotated, webhook, id, { previousValidUntil })]),
    ...(status === 'enabled' && before.status === 'disabled'
      ? [tell(events.WebhookEnabled, webhook, id, { host })]
      : []),
    ...(disabled && before.status === 'enabled'
      ? [tell(events.WebhookDisabled, webhook, id, { host, cause: disabled.cause })]
      : []),
    ...(isToldNow ? [tell(events.WebhookFailing, webhook, id, { host, failingSince: toldOfFailure })] : []),
  ];
};

/** Only for a new or replayed delivery, not for attempts. */
const ofDelivery = (before: Delivery | undefined, { round, ...delivery }: Delivery): DomainEvent[] =>
  before?.round === round
    ? []
    : [tell(events.WebhookDeliveryRequested, delivery, delivery.id, { webhookId: delivery.webhookId })];
