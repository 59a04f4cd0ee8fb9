import * as z from 'zod';
import { defineEvent } from '#shared/events/event.ts';
import { WebhookId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

export { AttemptRefused } from '#shared/events/attempt.ts';

const ofWebhook = <Data extends z.ZodType>(what: string, summary: string, data: Data) =>
  defineEvent('platform', `webhook.${what}`, 1, `${summary} The entity is the webhook.`, data);

const host = z.string().max(260).meta({ description: 'Host that it sends to; the rest of the URL may be secret' });

const target = z.object({
  host,
  eventTypes: z
    .array(z.string())
    .nullable()
    .meta({ description: 'Types of events that it is sent; null: all public ones' }),
});

export const WebhookCreated = ofWebhook('created', 'A webhook was created; the actor has seen its secret.', target);

export const WebhookChanged = ofWebhook('changed', 'The URL, description or events of a webhook changed.', target);

export const WebhookSecretRotated = ofWebhook(
  'secret_rotated',
  'The secret of a webhook was rotated; the actor has seen the new one.',
  z.object({ previousValidUntil: Instant.meta({ description: 'Until when the previous secret signs as well (UTC)' }) }),
);

export const WebhookEnabled = ofWebhook('enabled', 'A disabled webhook was enabled.', z.object({ host }));

/** `requested`: by a member. `gone`: it answered 410. `failing`: nothing could be delivered for five days. */
export const WebhookDisabledCause = z.enum(['requested', 'gone', 'failing']).meta({
  description:
    '`requested`: a member disabled it; `gone`: its server answered 410; `failing`: nothing could be delivered for five days',
});

export const WebhookDisabled = ofWebhook(
  'disabled',
  'A webhook was disabled, by a member or because of what its server answered.',
  z.object({ host, cause: WebhookDisabledCause }),
);

export const WebhookFailing = ofWebhook(
  'failing',
  'Nothing could be delivered to a webhook for a day. Published once until a delivery succeeds.',
  z.object({ host, failingSince: Instant.meta({ description: 'First failure since the last success (UTC)' }) }),
);

export const WebhookDeleted = ofWebhook('deleted', 'A webhook was deleted.', z.object({ host }));

export const WebhookDeliveryRequested = defineEvent(
  'platform',
  'webhook.delivery_requested',
  1,
  'A public event, or a test, is to be delivered to a webhook. The entity is the delivery.',
  z.object({ webhookId: WebhookId }),
);
