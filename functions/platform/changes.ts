import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import * as events from '#events/platform.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import { jsonOf } from '#shared/json.ts';
import type { Change } from '#shared/lambda/stream.ts';
import { Delivery } from './domain/delivery.ts';
import { Hook } from './domain/hook.ts';
import { HookReceipt } from './domain/hook-receipt.ts';
import { hostOf, Webhook, webhookFields } from './domain/webhook.ts';

/** Events for the other contexts, and for the queue of deliveries, when this context's table is written. */
export const eventsFor = ({ before, after }: Change): DomainEvent[] => {
  if (after?.type === 'webhook') return webhookEvents(before && entityOf(Webhook, before), entityOf(Webhook, after));
  if (after?.type === 'webhook_delivery') {
    return deliveryEvents(before && entityOf(Delivery, before), entityOf(Delivery, after));
  }
  if (after?.type === 'hook') return hookEvents(before && entityOf(Hook, before), entityOf(Hook, after));
  if (after?.type === 'hook_receipt') return before ? [] : [receiptEvent(entityOf(HookReceipt, after))];
  return [];
};

const hookEvents = (before: Hook | undefined, hook: Hook): DomainEvent[] => {
  const { id, scheme, name, secrets } = hook;
  if (hook.deletedAt !== null) return [tell(events.HookDeleted, hook, id, { scheme })];
  if (!before) return [tell(events.HookCreated, hook, id, { scheme })];
  const previousValidUntil = secrets[1]?.until ?? null;
  return [
    ...(name === before.name ? [] : [tell(events.HookChanged, hook, id, { scheme })]),
    ...(isDeepStrictEqual(before.secrets, secrets)
      ? []
      : [tell(events.HookSecretRotated, hook, id, { previousValidUntil })]),
  ];
};

/** The version is the hook's: what it receives changes nothing of it. */
const receiptEvent = (receipt: HookReceipt): DomainEvent => {
  const { hookId, hookVersion: version, scheme, deliveryId, eventType, content } = receipt;
  const body = z.record(z.string(), z.unknown()).parse(jsonOf(content));
  return tell(events.HookReceived, { ...receipt, version }, hookId, { scheme, deliveryId, eventType, body });
};

const decided = Object.keys(webhookFields) as (keyof typeof webhookFields)[];

const webhookEvents = (before: Webhook | undefined, webhook: Webhook): DomainEvent[] => {
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

/** A new one, or one that is replayed: attempts are no news. */
const deliveryEvents = (before: Delivery | undefined, { round, ...delivery }: Delivery): DomainEvent[] =>
  before?.round === round
    ? []
    : [tell(events.WebhookDeliveryRequested, delivery, delivery.id, { webhookId: delivery.webhookId })];
