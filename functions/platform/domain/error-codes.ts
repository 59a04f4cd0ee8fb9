import type { ErrorCodes } from '#shared/errors.ts';

/** The error codes of this context, each with one sentence on when it is returned. */
export const errorCodes = {
  'not-found': {
    webhook_not_found: 'There is no such webhook in this workspace, or it was deleted.',
    webhook_delivery_not_found: 'The webhook has no such delivery, or it is older than 30 days.',
  },
  conflict: {
    too_many_webhooks: 'The workspace has as many webhooks as it can have.',
    webhook_disabled: 'The webhook is disabled. Enable it first.',
    delivery_still_waiting: 'The delivery has not ended yet: its next attempt is planned.',
  },
} as const satisfies ErrorCodes;

export type PlatformErrors = typeof errorCodes;
