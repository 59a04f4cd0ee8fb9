import * as z from 'zod';
import { AccountId, CampaignId, PostId } from '#shared/ids.ts';
import { healthOperations } from '#shared/http/health.ts';
import { operation } from '#shared/http/operation.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Instant } from '#shared/time.ts';
import { Account, Checklist } from './domain/account.ts';
import { State } from './domain/connection.ts';

const onAccount = z.strictObject({ accountId: AccountId });

/** An account as the API shows it. Its tokens are an item of their own and never leave. */
export const AccountView = Account.omit({
  workspaceId: true,
  correlationId: true,
  changedBy: true,
  failuresInARow: true,
}).meta({ id: 'AccountView' });

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
});

export const completeConnection = operation({
  id: 'completeConnection',
  method: 'POST',
  path: '/v1/accounts/connections',
  summary: 'Connect the X account that gave consent',
  access: 'accounts:connect',
  request: { body: z.strictObject({ code: z.string().min(1).max(1024), state: z.string().min(1).max(500) }) },
  response: AccountView,
  errors: ['conflict', 'unprocessable', 'unavailable'],
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
  errors: ['not-found'],
  etag: true,
});

export const probeAccount = operation({
  id: 'probeAccount',
  method: 'POST',
  path: '/v1/accounts/{accountId}/probe',
  summary: 'Ask X about an X account at once',
  description:
    'For who has just unlocked or otherwise mended the account on x.com: its profile, what it may do and its health are ' +
    'read from X, as they are once a day anyway. Posts that were held for its health go on by themselves.',
  access: 'accounts:connect',
  request: { path: onAccount },
  response: AccountView,
  status: 200,
  errors: ['not-found', 'conflict', 'unavailable'],
  etag: true,
  idempotency: 'inherent',
  limit: 'costly',
});

export const confirmAutomation = operation({
  id: 'confirmAutomation',
  method: 'PUT',
  path: '/v1/accounts/{accountId}/automation-checklist',
  summary: 'Confirm what X demands of an automated account',
  description:
    'X demands that an account which posts by itself carries the label "Automated", says in its bio that it is automated ' +
    'and by whom, and is tied to an account that a person runs. All three are set on x.com; X tells nobody whether they ' +
    'are, so a person confirms them here.',
  access: 'accounts:connect',
  request: { path: onAccount, body: Checklist },
  response: AccountView,
  errors: ['not-found', 'conflict'],
  etag: true,
});

export const disconnectAccount = operation({
  id: 'disconnectAccount',
  method: 'DELETE',
  path: '/v1/accounts/{accountId}',
  summary: 'Disconnect an X account: its tokens are erased and revoked at X, its history stays',
  access: 'accounts:connect',
  request: { path: onAccount },
  errors: ['not-found', 'conflict'],
});

const Micros = z.int().meta({ description: 'Millionths of a US dollar' });

export const getUsage = operation({
  id: 'getUsage',
  method: 'GET',
  path: '/v1/accounts/usage',
  summary: 'What X has cost the workspace in a UTC month: by kind of call, account and campaign, and what is left',
  access: 'usage:read',
  request: {
    query: z.strictObject({
      month: z
        .string()
        .regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-11')
        .optional()
        .meta({ description: 'UTC month; without it the current one' }),
    }),
  },
  response: z
    .object({
      month: z.string(),
      spentMicros: Micros,
      budgetMicros: Micros.nullable().meta({ description: 'The bound of the workspace now; null for none' }),
      remainingMicros: Micros.nullable(),
      isExhausted: z.boolean().meta({ description: 'Posts are held until the budget is raised or the month is over' }),
      kinds: z.array(z.object({ kind: z.string(), count: z.int(), micros: Micros })),
      accounts: z.array(z.object({ accountId: AccountId, micros: Micros })),
      campaigns: z.array(z.object({ campaignId: CampaignId, micros: Micros })),
    })
    .meta({ id: 'Usage' }),
});

export const getPostUsage = operation({
  id: 'getPostUsage',
  method: 'GET',
  path: '/v1/accounts/usage/posts/{postId}',
  summary: 'What X has billed for one post, call by call',
  access: 'usage:read',
  request: { path: z.strictObject({ postId: PostId }) },
  response: z
    .object({
      postId: PostId,
      micros: Micros,
      charges: z.array(z.object({ kind: z.string(), quantity: z.int(), micros: Micros, month: z.string() })),
    })
    .meta({ id: 'PostUsage' }),
  errors: ['not-found'],
});

export const health = healthOperations('accounts');

export const operations = [
  startConnection,
  completeConnection,
  listAccounts,
  getAccount,
  probeAccount,
  confirmAutomation,
  disconnectAccount,
  getUsage,
  getPostUsage,
  health.health,
  health.ready,
] as const;

export { listensTo } from './events-heard.ts';
export { tasks } from './task-names.ts';

/** After how long a call that got no answer can no longer land: others ask again no sooner. */
export { settleSecondsOf } from './domain/pace.ts';
