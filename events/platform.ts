import * as z from 'zod';
import { defineEvent } from '#shared/events/event.ts';
import { WebhookId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

export { AttemptRefused } from '#shared/events/attempt.ts';

const ofWebhook = <Data extends z.ZodType>(what: string, summary: string, data: () => Data) =>
  defineEvent('platform', `webhook.${what}`, 1, `${summary} The entity is the webhook.`, data);

const host = z
  .string()
  .max(260)
  .meta({ description: 'Host that events are sent to; the rest of the URL may be secret' });

const target = z.object({
  host,
  eventTypes: z
    .array(z.string())
    .nullable()
    .meta({ description: 'Types of events that it receives; null: all public ones' }),
});

export const WebhookCreated = ofWebhook(
  'created',
  'A webhook was created; the actor has seen its secret.',
  () => target,
);

export const WebhookChanged = ofWebhook(
  'changed',
  'The URL, description or events of a webhook changed.',
  () => target,
);

export const WebhookSecretRotated = ofWebhook(
  'secret_rotated',
  'The secret of a webhook was rotated; the actor has seen the new one.',
  () =>
    z.object({
      previousValidUntil: Instant.meta({
        description: 'Until when deliveries are also signed with the previous secret (UTC)',
      }),
    }),
);

export const WebhookEnabled = ofWebhook('enabled', 'A disabled webhook was enabled.', () => z.object({ host }));

/** Why a webhook was disabled. */
export const WebhookDisabledCause = z.enum(['requested', 'gone', 'failing']).meta({
  description:
    '`requested`: a member disabled it; `gone`: its server responded 410; `failing`: nothing could be delivered for ' +
    'five days',
});

export const WebhookDisabled = ofWebhook(
  'disabled',
  'A webhook was disabled, by a member or because of failed deliveries.',
  () => z.object({ host, cause: WebhookDisabledCause }),
);

export const WebhookFailing = ofWebhook(
  'failing',
  'Nothing could be delivered to a webhook for a day. Published once until a delivery succeeds.',
  () => z.object({ host, failingSince: Instant.meta({ description: 'First failure since the last success (UTC)' }) }),
);

export const WebhookDeleted = ofWebhook('deleted', 'A webhook was deleted.', () => z.object({ host }));

export const WebhookDeliveryRequested = defineEvent(
  'platform',
  'webhook.delivery_requested',
  1,
  'A public event, or a test, is to be delivered to a webhook. The entity is the delivery.',
  () => z.object({ webhookId: WebhookId }),
);

const ofHook = <Data extends z.ZodType>(what: string, summary: string, data: () => Data) =>
  defineEvent('platform', `hook.${what}`, 1, `${summary} The entity is the hook.`, data);

/** How a service signs the requests that it sends to a hook. */
export const HookScheme = z.enum(['standard_webhooks', 'github', 'stripe']).meta({
  description:
    'How requests are signed. `standard_webhooks`: `webhook-signature`; `github`: `x-hub-signature-256`; `stripe`: `stripe-signature`',
});
export type HookScheme = z.infer<typeof HookScheme>;

const hook = z.object({ scheme: HookScheme });

export const HookCreated = ofHook(
  'created',
  'An incoming hook was created; the actor has seen or provided its secret.',
  () => hook,
);

export const HookChanged = ofHook('changed', 'An incoming hook was renamed.', () => hook);

export const HookSecretRotated = ofHook(
  'secret_rotated',
  'The secret of an incoming hook was rotated or set; the actor has seen or provided it.',
  () =>
    z.object({
      previousValidUntil: Instant.nullable().meta({
        description: 'Until when the previous secret is also accepted (UTC); null: there was none',
      }),
    }),
);

export const HookDeleted = ofHook('deleted', 'An incoming hook was deleted.', () => hook);

export const HookReceived = ofHook(
  'received',
  'Another service sent a signed request to an incoming hook. Published once for each delivery id.',
  () =>
    z.object({
      scheme: HookScheme,
      deliveryId: z.string().max(255).meta({ description: 'Id that the sender gave the delivery' }),
      eventType: z.string().max(100).nullable().meta({
        description: 'Event type given by the sender: `x-github-event`, or `type` of the body; null: none',
      }),
      body: z
        .record(z.string(), z.unknown())
        .meta({ description: 'Body of the request: a JSON object of at most 16 KB, as the sender defines it' }),
    }),
);

const ofFeed = <Data extends z.ZodType>(what: string, summary: string, data: () => Data) =>
  defineEvent('platform', `feed.${what}`, 1, `${summary} The entity is the feed.`, data);

/** Why a feed could not be read. */
export const FeedFailure = z
  .enum([
    ...['moved_permanently', 'redirected', 'refused_by_server', 'not_a_feed'],
    ...['refused_address', 'timed_out', 'too_large', 'unreachable', 'tls_failed', 'not_http'],
  ] as const)
  .meta({
    description:
      'Why it could not be read. `moved_permanently`, `redirected`: its URL redirects, and redirects are not followed; ' +
      '`refused_by_server`: the server responded with a status other than 200; `not_a_feed`: the response is not RSS ' +
      'or Atom; `refused_address`: the host is not public; `timed_out`: no complete response within 10 seconds; ' +
      '`too_large`: the response is larger than 2 MB; `unreachable`: no connection, or it was lost; `tls_failed`: ' +
      'certificate or handshake failed; `not_http`: the response was not HTTP',
  });
export type FeedFailure = z.infer<typeof FeedFailure>;

const source = z.object({ host: z.string().max(260).meta({ description: 'Host that it is read from' }) });

export const FeedCreated = ofFeed('created', 'A feed was created.', () => source);

export const FeedChanged = ofFeed('changed', 'A feed was changed, paused or resumed.', () => source);

export const FeedDeleted = ofFeed('deleted', 'A feed was deleted.', () => source);

export const FeedFailed = ofFeed('failed', 'A feed could not be read for 14 days and is no longer read.', () =>
  source.extend({ failure: FeedFailure }),
);

export const FeedItemFound = ofFeed('item_found', 'A feed has a new item. Published once for each item.', () =>
  z.object({
    itemId: z
      .string()
      .max(2048)
      .meta({ description: 'Id of the item in the feed; if it has none, its URL, title or summary' }),
    title: z.string().max(300).meta({ description: 'Title as plain text' }),
    url: z.url().max(2048).nullable().meta({ description: 'Link of the item; null: no HTTP or HTTPS URL' }),
    summary: z.string().max(500).meta({ description: 'Start of the item as plain text' }),
    publishedAt: Instant.nullable().meta({
      description: 'When it was published, according to the feed (UTC); null: not given',
    }),
  }),
);
