import type { ErrorCodes } from '#shared/errors.ts';

/** The error codes of this context, each with one sentence on when it is returned. */
export const errorCodes = {
  invalid: {
    invalid_connection_state:
      'The state is unknown, expired or used, or belongs to another person or workspace. Start again.',
  },
  forbidden: {
    x_signature_invalid: 'The signature is missing, or does not match the body.',
  },
  'not-found': {
    x_webhook_off: 'This deployment does not receive activity from X.',
    account_not_found:
      'There is no such X account in this workspace, or it is disconnected and a connected one is needed.',
    billed_post_not_found: 'Nothing has been charged for this post, or it does not exist in this workspace.',
  },
  conflict: {
    account_disconnected: 'The account is not connected. Reconnect it.',
    x_account_connected_elsewhere: 'The X account is connected to another workspace. Disconnect it there first.',
  },
  unprocessable: {
    x_refused_code: 'X refused the code, which is valid for 30 seconds. Start the connection again.',
    x_scopes_missing:
      'X granted fewer permissions than publishing needs. Start again, and use `authorizeUrl` unchanged.',
    x_account_suspended: 'X has suspended the account, so it cannot be connected.',
    x_account_locked: 'X has locked the account. Unlock it on x.com, then start again.',
  },
  unavailable: {
    x_unavailable: 'X cannot be reached at the moment. Retry later.',
    x_connection_unknown:
      'The X account is connected to another workspace, and X did not confirm whether that connection is still valid. Start again in a few minutes.',
    vault_key_missing: 'The encryption key of the tokens is missing. The operator of the platform has to restore it.',
  },
} as const satisfies ErrorCodes;

export type AccountErrors = typeof errorCodes;
