import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import * as events from '#events/platform.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import { jsonOf } from '#shared/json.ts';
import type { Item } from '#shared/table.ts';
import { Hook } from '../domain/hook.ts';
import { HookReceipt } from '../domain/hook-receipt.ts';

/** Events of a write to a hook. */
export const hookEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofHook(before && entityOf(Hook, before), entityOf(Hook, after));

/** Event of a received request. */
export const hookReceiptEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  before ? [] : [receiptEvent(entityOf(HookReceipt, after))];

const ofHook = (before: Hook | undefined, hook: Hook): DomainEvent[] => {
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

/** Uses the hook's version, because receiving a request does not change the hook. */
const receiptEvent = (receipt: HookReceipt): DomainEvent => {
  const { hookId, hookVersion: version, scheme, deliveryId, eventType, content } = receipt;
  const body = z.record(z.string(), z.unknown()).parse(jsonOf(content));
  return tell(events.HookReceived, { ...receipt, version }, hookId, { scheme, deliveryId, eventType, body });
};
