import * as z from 'zod';
import { HookScheme } from '#events/platform.ts';
import { change } from '#shared/change.ts';
import { capability } from '#shared/http/operation.ts';
import { HookId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Instant } from '#shared/time.ts';
import type { PlatformErrors } from '../domain/error-codes.ts';
import { Hook, hookFields, maxBodyBytes, maxHooks, maxRequestBytes, signatureHeaders } from '../domain/hook.ts';

const operation = capability<PlatformErrors>({
  name: 'Incoming hooks',
  group: 'Integrations',
  description:
    'Let other services tell the platform what happened there. Each verified request becomes the event `hook.received`, which ' +
    'automations and webhooks receive.',
});

const onHook = z.strictObject({ hookId: HookId });

/** Secrets are shown once: their replies are not stored, not even to be repeated. */
const unstored = { idempotency: 'inherent' } as const;

const HookView = Hook.omit({
  ...{ secrets: true, deletedAt: true, changedBy: true, correlationId: true, chain: true },
})
  .extend({
    url: z.url().meta({ description: 'Where the service sends its requests' }),
    secretCreatedAt: Instant.nullable().meta({
      description:
        'When its current secret was created or given (UTC); null: it has none yet, and refuses every request',
    }),
    previousSecretUntil: Instant.nullable().meta({
      description: 'Until when a previous secret is accepted as well (UTC); null: none is',
    }),
  })
  .meta({ id: 'Hook', description: 'Address that signed requests of another service are sent to' });

const GivenSecret = z
  .string()
  .regex(/^[\x21-\x7e]{16,255}$/, 'must be 16 to 255 visible ASCII characters')
  .optional()
  .meta({
    description:
      'Secret that the sender has made. Without one the platform makes it, but for `stripe`: Stripe makes it when it knows the URL',
    examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  });

const WithSecret = z.object({
  hook: HookView,
  secret: z
    .string()
    .nullable()
    .meta({
      description:
        'Secret that the sender signs with. Shown only in this response; null: you gave it, or it has none yet',
      examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    }),
});

export const createHook = operation({
  id: 'createHook',
  method: 'POST',
  path: '/v1/hooks',
  summary: 'Create an incoming hook',
  description: `A workspace can have ${maxHooks.most} hooks.`,
  access: 'webhooks:manage',
  request: { body: z.strictObject({ ...hookFields, scheme: HookScheme, secret: GivenSecret }) },
  response: WithSecret,
  errors: { invalid: ['hook_secret_malformed'], conflict: ['too_many_hooks'] },
  ...unstored,
  location: '/v1/hooks/{hook.id}',
});

export const listHooks = operation({
  id: 'listHooks',
  method: 'GET',
  path: '/v1/hooks',
  summary: 'List incoming hooks, newest first',
  access: 'webhooks:read',
  request: { query: pageQuery({}) },
  response: pageOf(HookView),
});

const missing = { 'not-found': ['hook_not_found'] } as const;

export const getHook = operation({
  id: 'getHook',
  method: 'GET',
  path: '/v1/hooks/{hookId}',
  summary: 'Get an incoming hook',
  access: 'webhooks:read',
  request: { path: onHook },
  response: HookView,
  errors: missing,
  etag: true,
});

export const changeHook = operation({
  id: 'changeHook',
  method: 'PATCH',
  path: '/v1/hooks/{hookId}',
  summary: 'Rename an incoming hook',
  access: 'webhooks:manage',
  request: { path: onHook, body: change(hookFields) },
  response: HookView,
  errors: { ...missing, conflict: ['changed_meanwhile'] },
  ifMatch: 'required',
});

export const deleteHook = operation({
  id: 'deleteHook',
  method: 'DELETE',
  path: '/v1/hooks/{hookId}',
  summary: 'Delete an incoming hook',
  description: 'Requests to it are refused from then on.',
  access: 'webhooks:manage',
  request: { path: onHook },
  errors: { ...missing, conflict: ['changed_meanwhile'] },
});

export const rotateHookSecret = operation({
  id: 'rotateHookSecret',
  method: 'POST',
  path: '/v1/hooks/{hookId}/rotate-secret',
  summary: 'Rotate the secret of an incoming hook, or give it one',
  description: 'For 24 hours the previous secret is accepted as well, so that the sender can switch without a gap.',
  access: 'webhooks:manage',
  request: { path: onHook, body: z.strictObject({ secret: GivenSecret }) },
  response: WithSecret,
  status: 200,
  errors: {
    ...missing,
    invalid: ['hook_secret_malformed', 'hook_secret_missing'],
    conflict: ['changed_meanwhile'],
  },
  ...unstored,
});

export const receiveHook = operation({
  id: 'receiveHook',
  method: 'POST',
  path: '/v1/hooks/{hookId}',
  summary: 'Receive a signed request of another service',
  description:
    `The body is a JSON object of at most ${maxBodyBytes / 1024} KB once it is compact. Its signature and time are verified by ` +
    'the scheme of the hook; a delivery that has come before is accepted and ignored for 30 days. A hook takes 120 requests a ' +
    'minute.\n\nHeaders by scheme: `standard_webhooks`: `webhook-id`, `webhook-timestamp` and `webhook-signature`; `github`: ' +
    '`x-hub-signature-256`, `x-github-delivery` and `x-github-event`, with the content type `application/json`; `stripe`: ' +
    '`stripe-signature`, and the delivery is named by `id` of the body.',
  access: 'public',
  request: { path: onHook },
  response: z.object({
    deliveryId: z.string().meta({
      description: 'Id that the sender has given the delivery',
      examples: ['msg_2KWPBgLlAfxdpx2AI54pPJ85f4W'],
    }),
    isRepeated: z.boolean().meta({ description: 'It has come before, and was ignored' }),
  }),
  status: 202,
  errors: {
    invalid: [
      ...(['malformed_json', 'nul_in_text', 'body_too_deep', 'too_many_values'] as const),
      ...(['hook_body_not_object', 'hook_delivery_unnamed'] as const),
    ],
    unauthenticated: ['hook_not_verified'],
    'too-large': ['hook_body_too_large'],
    'rate-limited': ['rate_limited'],
  },
  signatureHeaders,
  ignoresQuery: true,
  maxBodyBytes: maxRequestBytes,
  // Services send for many workspaces from one address: each hook has a limit of its own, which strangers cannot use up.
  limit: 'none',
  ...unstored,
});

export const operations = [
  createHook,
  listHooks,
  getHook,
  changeHook,
  deleteHook,
  rotateHookSecret,
  receiveHook,
] as const;
