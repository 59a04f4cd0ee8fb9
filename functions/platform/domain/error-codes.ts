import type { ErrorCodes } from '#shared/errors.ts';

/** The error codes of this context, each with one sentence on when it is returned. */
export const errorCodes = {
  invalid: {
    hook_secret_malformed: 'The secret does not have the form that its scheme requires; `fields` says which.',
    hook_secret_missing: 'Stripe makes the secret. Send the one that it shows for the URL.',
    hook_body_not_object: 'The body must be a JSON object.',
    hook_delivery_unnamed: 'The delivery has no id by which a repetition is known.',
  },
  unauthenticated: {
    hook_not_verified:
      'There is no such hook, or the request is not signed with its secret within the last five minutes.',
  },
  'too-large': {
    hook_body_too_large: 'The body is larger than 16 KB of compact JSON.',
  },
  'not-found': {
    webhook_not_found: 'There is no such webhook in this workspace, or it was deleted.',
    hook_not_found: 'There is no such incoming hook in this workspace, or it was deleted.',
    webhook_delivery_not_found: 'The webhook has no such delivery, or it is older than 30 days.',
  },
  conflict: {
    too_many_hooks: 'The workspace has as many incoming hooks as it can have.',
    too_many_webhooks: 'The workspace has as many webhooks as it can have.',
    webhook_disabled: 'The webhook is disabled. Enable it first.',
    delivery_still_waiting: 'The delivery has not ended yet: its next attempt is planned.',
  },
} as const satisfies ErrorCodes;

export type PlatformErrors = typeof errorCodes;
