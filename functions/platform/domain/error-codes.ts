import type { ErrorCodes } from '#shared/errors.ts';

/** The error codes of this context, each with one sentence on when it is returned. */
export const errorCodes = {
  invalid: {
    hook_secret_malformed: 'The secret does not have the form that its scheme requires; `fields` says which.',
    hook_secret_missing: 'Stripe generates the secret. Send the signing secret that Stripe shows for the URL.',
    hook_body_not_object: 'The body must be a JSON object.',
    hook_delivery_unnamed: 'The delivery has no valid id, which is needed to detect repeated deliveries.',
  },
  unauthenticated: {
    hook_not_verified:
      'There is no such hook, the signature is invalid, or its timestamp is more than five minutes off.',
  },
  'too-large': {
    hook_body_too_large: 'The body is larger than 16 KB, measured without insignificant white space.',
  },
  'not-found': {
    webhook_not_found: 'There is no such webhook in this workspace, or it was deleted.',
    hook_not_found: 'There is no such incoming hook in this workspace, or it was deleted.',
    feed_not_found: 'There is no such feed in this workspace, or it was deleted.',
    webhook_delivery_not_found: 'The webhook has no such delivery, or it is older than 30 days.',
  },
  conflict: {
    too_many_feeds: 'The workspace has the maximum number of feeds. Delete one first.',
    too_many_hooks: 'The workspace has the maximum number of incoming hooks. Delete one first.',
    too_many_webhooks: 'The workspace has the maximum number of webhooks. Delete one first.',
    webhook_disabled: 'The webhook is disabled. Enable it first.',
    delivery_still_waiting:
      'The delivery is still waiting for its next attempt. Replay it once it is `delivered` or `failed`.',
  },
} as const satisfies ErrorCodes;

export type PlatformErrors = typeof errorCodes;
