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
  description: 'Connect X accounts to a workspace and disconnect them.',
});

export const startConnection = operation({
  id: 'startConnection',
  method: 'POST',
  path: '/v1/accounts/connections/start',
  summary: 'Start connecting an X account',
  description:
    'Send the person to `authorizeUrl`. X then redirects them to `/x/callback` of this deployment, a page that shows `code` ' +
    'and `state` and posts them to the window that opened it, if that has the same origin; pass both to ' +
    '`POST /v1/accounts/connections`, as the same person in the same workspace. The state is valid for 10 minutes, the ' +
    'code for 30 seconds.',
  access: 'accounts:connect',
  response: z
    .object({
      authorizeUrl: z.url().meta({ description: 'Page on X where the person grants access' }),
      state: State,
      expiresAt: Instant.meta({ description: 'When the state expires (UTC)' }),
    })
    .meta({ id: 'ConnectionStart', description: 'A started connection to an X account' }),
  idempotency: 'inherent',
  errors: { unavailable: ['vault_key_missing'] },
});

export const completeConnection = operation({
  id: 'completeConnection',
  method: 'POST',
  path: '/v1/accounts/connections',
  summary: 'Complete connecting an X account',
  description:
    'Pass the `code` and `state` that X returned. A state works once: after an error, start again. An account that was ' +
    'connected to this workspace before keeps its id and history.',
  access: 'accounts:connect',
  request: {
    body: z.strictObject({
      code: z.string().min(1).max(1024).meta({ description: 'Code that X returned; valid for 30 seconds and one use' }),
      state: z.string().min(1).max(500).meta({ description: 'State that X returned with the code' }),
    }),
  },
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
  summary: 'List X accounts, disconnected ones included, oldest first',
  access: 'accounts:read',
  request: { query: pageQuery({}) },
  response: pageOf(AccountView),
});

export const getAccount = operation({
  id: 'getAccount',
  method: 'GET',
  path: '/v1/accounts/{accountId}',
  summary: 'Get an X account',
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
  summary: 'Disconnect an X account',
  description:
    'Deletes the tokens of the account here and revokes them at X. The account and its history remain, and it can be ' +
    'connected again. Disconnecting it again has no effect.',
  access: 'accounts:connect',
  request: { path: onAccount },
  errors: { 'not-found': ['account_not_found'], conflict: ['changed_meanwhile'] },
});

export const operations = [startConnection, completeConnection, listAccounts, getAccount, disconnectAccount] as const;
