import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Instant } from '#shared/time.ts';
import { State } from '../domain/connection.ts';
import type { AccountErrors } from '../domain/error-codes.ts';
import { AccountView, onAccount } from '../views.ts';

const operation = capability<AccountErrors>({
  name: 'X accounts',
  group: 'Accounts',
  description: 'Connect X accounts to a workspace, and disconnect them.',
});

export const startConnection = operation({
  id: 'startConnection',
  method: 'POST',
  path: '/v1/accounts/connections/start',
  summary: 'Begin to connect an X account',
  description:
    'Send the person to `authorizeUrl`. X sends them back with `code` and `state`; complete the connection with both, ' +
    'as the same person in the same workspace, within ten minutes and 30 seconds after X gave the code.',
  access: 'accounts:connect',
  response: z
    .object({ authorizeUrl: z.url(), state: State, expiresAt: Instant })
    .meta({ id: 'ConnectionStart', description: 'Where a person gives consent, and until when' }),
  idempotency: 'inherent',
  errors: { unavailable: ['vault_key_missing'] },
});

export const completeConnection = operation({
  id: 'completeConnection',
  method: 'POST',
  path: '/v1/accounts/connections',
  summary: 'Connect the X account that gave consent',
  access: 'accounts:connect',
  request: { body: z.strictObject({ code: z.string().min(1).max(1024), state: z.string().min(1).max(500) }) },
  response: AccountView,
  errors: {
    invalid: ['invalid_connection_state'],
    conflict: ['x_account_connected_elsewhere', 'changed_meanwhile'],
    unprocessable: ['x_refused_code', 'x_scopes_missing', 'x_account_suspended', 'x_account_locked'],
    unavailable: ['x_unavailable', 'x_connection_unknown', 'vault_key_missing'],
  },
  etag: true,
  limit: 'costly',
  location: '/v1/accounts/{id}',
});

export const listAccounts = operation({
  id: 'listAccounts',
  method: 'GET',
  path: '/v1/accounts',
  summary: 'List the X accounts of the workspace, in the order they were first connected',
  access: 'accounts:read',
  request: { query: pageQuery({}) },
  response: pageOf(AccountView),
});

export const getAccount = operation({
  id: 'getAccount',
  method: 'GET',
  path: '/v1/accounts/{accountId}',
  summary: 'Read an X account',
  access: 'accounts:read',
  request: { path: onAccount },
  response: AccountView,
  errors: { 'not-found': ['account_not_found'] },
  etag: true,
});

export const disconnectAccount = operation({
  id: 'disconnectAccount',
  method: 'DELETE',
  path: '/v1/accounts/{accountId}',
  summary: 'Disconnect an X account: its tokens are erased and revoked at X, its history stays',
  access: 'accounts:connect',
  request: { path: onAccount },
  errors: { 'not-found': ['account_not_found'], conflict: ['changed_meanwhile'] },
});

export const operations = [startConnection, completeConnection, listAccounts, getAccount, disconnectAccount] as const;
