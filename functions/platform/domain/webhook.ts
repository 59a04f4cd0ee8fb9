import * as z from 'zod';
import { WebhookDisabledCause } from '#events/platform.ts';
import { publicEvents, PublicEventType } from '#events/public-events.ts';
import { Actor } from '#shared/actor.ts';
import type { Bound } from '#shared/bound.ts';
import { entityFields } from '#shared/entity.ts';
import { WebhookId } from '#shared/ids.ts';
import { text } from '#shared/text.ts';
import { hourMs, Instant, instantAfter } from '#shared/time.ts';

/** Every webhook adds a request per event. */
export const maxWebhooks: Bound = {
  most: 20,
  code: 'too_many_webhooks',
  said: 'A workspace can have 20 webhooks. Delete one first.',
};

/** How long a rotated secret still signs. */
const overlapMs = 24 * hourMs;

/** Keys that sign at the same time: the newest ones if there are several rotations within a day. */
const maxKeys = 3;

/** Fields that users set. */
export const webhookFields = {
  url: z
    .url()
    .max(2048)
    .meta({
      description: 'Where events are sent: https, port 443, a public host, no redirects',
      examples: ['https://hooks.example.com/x-marketing'],
    }),
  description: text(200)
    .nullable()
    .meta({ description: 'Purpose; null: none given', examples: ['Posts results to our CRM'] }),
  eventTypes: z
    .array(PublicEventType)
    .min(1)
    .max(publicEvents.length)
    .refine((types) => new Set(types).size === types.length, 'must not contain duplicates')
    .nullable()
    .meta({ description: 'Types of events that it receives; null: all, including types added later' }),
};

/** A pair of signing secrets: HMAC and Ed25519. `until`: null for the current pair. */
const SigningKey = z.object({
  sealed: z.string(),
  publicKey: z.string(),
  createdAt: Instant,
  until: Instant.nullable(),
});
export type SigningKey = z.infer<typeof SigningKey>;

export const WebhookStatus = z.enum(['enabled', 'disabled']).meta({ description: '`disabled`: nothing is sent to it' });

/** A URL that events of a workspace are sent to. */
export const Webhook = z.object({
  id: WebhookId,
  ...entityFields,
  ...webhookFields,
  status: WebhookStatus,
  disabled: z
    .object({ cause: WebhookDisabledCause, at: Instant })
    .nullable()
    .meta({ description: 'Why and since when it is disabled; null: it is enabled' }),
  /** The current one first; empty after deletion. */
  keys: z.array(SigningKey),
  createdBy: Actor.meta({ description: 'Who created it' }),
  /** Earlier events are not delivered. */
  listensSince: Instant,
  /** Start of the failures that the owners were notified of. */
  toldOfFailure: Instant.nullable(),
  deletedAt: Instant.nullable(),
});
export type Webhook = z.infer<typeof Webhook>;

/** Whether an event should be delivered to the webhook. */
export const isFor = (webhook: Webhook, { type, occurredAt }: { type: string; occurredAt: string }): boolean =>
  webhook.status === 'enabled' &&
  webhook.deletedAt === null &&
  Date.parse(occurredAt) >= Date.parse(webhook.listensSince) &&
  (webhook.eventTypes === null || webhook.eventTypes.some((each) => each === type));

/** Returns the keys that sign at a time. */
export const signingKeysAt = (keys: readonly SigningKey[], now: Date): SigningKey[] =>
  keys.filter(({ until }) => until === null || Date.parse(until) > now.getTime());

/** Returns the keys after a rotation: the new one, and for another day those that signed until now. */
export const rotated = (keys: readonly SigningKey[], next: SigningKey, now: Date): SigningKey[] => [
  next,
  ...signingKeysAt(keys, now)
    .map((key) => ({ ...key, until: key.until ?? instantAfter(now, overlapMs) }))
    .slice(0, maxKeys - 1),
];

export const hostOf = ({ url }: Pick<Webhook, 'url'>): string => new URL(url).host;

type Disabled = NonNullable<Webhook['disabled']>;

export const disabledBy = (webhook: Webhook, cause: Disabled['cause'], now: Date): Webhook => ({
  ...webhook,
  status: 'disabled',
  disabled: { cause, at: now.toISOString() },
});

export const enabled = (webhook: Webhook, now: Date): Webhook => ({
  ...webhook,
  status: 'enabled',
  disabled: null,
  toldOfFailure: null,
  listensSince: now.toISOString(),
});
