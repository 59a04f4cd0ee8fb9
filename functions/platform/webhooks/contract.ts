import * as z from 'zod';
import { change } from '#shared/change.ts';
import { capability } from '#shared/http/operation.ts';
import { WebhookId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Instant } from '#shared/time.ts';
import type { PlatformErrors } from '../domain/error-codes.ts';
import { maxWebhooks, Webhook, webhookFields } from '../domain/webhook.ts';

export const operation = capability<PlatformErrors>({
  name: 'Webhooks',
  group: 'Integrations',
  description:
    'Send events to your own servers, signed according to [Standard Webhooks](https://www.standardwebhooks.com). ' +
    'Each event is delivered at least once, in no guaranteed order; `webhook-id` is the same in each attempt and ' +
    'replay.',
});

export const onWebhook = z.strictObject({ webhookId: WebhookId });

/** Secrets are shown once, so these responses are not stored for idempotent replays. */
const unstored = { idempotency: 'inherent' } as const;

const WebhookView = Webhook.omit({
  ...{
    keys: true,
    listensSince: true,
    toldOfFailure: true,
    deletedAt: true,
    changedBy: true,
    correlationId: true,
    chain: true,
  },
})
  .extend({
    publicKeys: z
      .array(
        z.object({
          publicKey: z.string().meta({
            description:
              'Key that verifies `v1a` signatures: `whpk_` followed by the 32 bytes of the Ed25519 public key in Base64',
          }),
          createdAt: Instant,
          validUntil: Instant.nullable().meta({
            description: 'When its secret stops signing (UTC); null: it is the current one',
          }),
        }),
      )
      .meta({ description: 'Public keys of the secrets that sign, the current one first' }),
    failingSince: Instant.nullable().meta({
      description:
        'First failed attempt since the last success (UTC); null: the last attempt succeeded, or none failed',
    }),
  })
  .meta({ id: 'Webhook', description: 'Endpoint that receives events of the workspace' });

const WithSecret = z.object({
  webhook: WebhookView,
  secret: z.string().meta({
    description:
      'Secret that verifies `v1` signatures: `whsec_` followed by Base64. Shown only in this response; stored ' +
      'encrypted',
  }),
});

export const createWebhook = operation({
  id: 'createWebhook',
  method: 'POST',
  path: '/v1/webhooks',
  summary: 'Create a webhook',
  description:
    'Events that occur from now on are sent to its URL. Respond with any 2xx status within 15 seconds; redirects ' +
    'count as failures. Failed attempts are retried after 5 seconds, 5 and 30 minutes, and 2, 5, 10 and 10 hours. A ' +
    `workspace can have ${maxWebhooks.most} webhooks.\n\n` +
    'The body is `{type, timestamp, data}`. `data` has `eventId`, `workspaceId`, `entityId`, `entityVersion`, `actor`, ' +
    "`correlationId` and `details`, the event's own fields; if the body would exceed 20 KB, `details` is null and `note` " +
    'says so. Verify `webhook-signature` over `webhook-id`, `webhook-timestamp` and the raw body ' +
    '([Standard Webhooks](https://www.standardwebhooks.com)).',
  access: 'webhooks:manage',
  request: {
    body: z.strictObject({
      ...webhookFields,
      description: webhookFields.description.default(null),
      eventTypes: webhookFields.eventTypes.default(null),
    }),
  },
  response: WithSecret,
  errors: { invalid: ['address_refused'], conflict: ['too_many_webhooks'] },
  ...unstored,
  location: '/v1/webhooks/{webhook.id}',
});

export const listWebhooks = operation({
  id: 'listWebhooks',
  method: 'GET',
  path: '/v1/webhooks',
  summary: 'List webhooks, newest first',
  access: 'webhooks:read',
  request: { query: pageQuery({}) },
  response: pageOf(WebhookView),
});

const missing = { 'not-found': ['webhook_not_found'] } as const;

export const getWebhook = operation({
  id: 'getWebhook',
  method: 'GET',
  path: '/v1/webhooks/{webhookId}',
  summary: 'Get a webhook',
  access: 'webhooks:read',
  request: { path: onWebhook },
  response: WebhookView,
  errors: missing,
  etag: true,
});

export const changeWebhook = operation({
  id: 'changeWebhook',
  method: 'PATCH',
  path: '/v1/webhooks/{webhookId}',
  summary: 'Change the URL, description or events of a webhook',
  description: 'Waiting deliveries go to the new URL.',
  access: 'webhooks:manage',
  request: { path: onWebhook, body: change(webhookFields) },
  response: WebhookView,
  errors: { ...missing, invalid: ['address_refused'], conflict: ['changed_meanwhile'] },
  ifMatch: 'required',
});

export const deleteWebhook = operation({
  id: 'deleteWebhook',
  method: 'DELETE',
  path: '/v1/webhooks/{webhookId}',
  summary: 'Delete a webhook',
  description: 'Waiting deliveries fail at their next attempt.',
  access: 'webhooks:manage',
  request: { path: onWebhook },
  errors: { ...missing, conflict: ['changed_meanwhile'] },
});

export const rotateWebhookSecret = operation({
  id: 'rotateWebhookSecret',
  method: 'POST',
  path: '/v1/webhooks/{webhookId}/rotate-secret',
  summary: 'Rotate the secret of a webhook',
  description:
    'For 24 hours, deliveries are also signed with the previous secret, so that your server can switch without ' +
    'downtime.',
  access: 'webhooks:manage',
  request: { path: onWebhook },
  response: WithSecret,
  status: 200,
  errors: { ...missing, conflict: ['changed_meanwhile'] },
  ...unstored,
});

export const enableWebhook = operation({
  id: 'enableWebhook',
  method: 'POST',
  path: '/v1/webhooks/{webhookId}/enable',
  summary: 'Enable a webhook',
  description: 'Events that occurred while it was disabled are not sent. An enabled webhook is left unchanged.',
  access: 'webhooks:manage',
  request: { path: onWebhook },
  response: WebhookView,
  status: 200,
  errors: { ...missing, conflict: ['changed_meanwhile'] },
  etag: true,
});

export const disableWebhook = operation({
  id: 'disableWebhook',
  method: 'POST',
  path: '/v1/webhooks/{webhookId}/disable',
  summary: 'Disable a webhook',
  description: 'Nothing is sent to it. Waiting deliveries fail at their next attempt and can be replayed.',
  access: 'webhooks:manage',
  request: { path: onWebhook },
  response: WebhookView,
  status: 200,
  errors: { ...missing, conflict: ['changed_meanwhile'] },
  etag: true,
});

export const operations = [
  createWebhook,
  listWebhooks,
  getWebhook,
  changeWebhook,
  deleteWebhook,
  rotateWebhookSecret,
  enableWebhook,
  disableWebhook,
] as const;
