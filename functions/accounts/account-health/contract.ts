import { capability } from '#shared/http/operation.ts';
import { Checklist } from '../domain/account.ts';
import type { AccountErrors } from '../domain/error-codes.ts';
import { AccountView, onAccount } from '../views.ts';

const operation = capability<AccountErrors>({
  name: 'Account health',
  group: 'Accounts',
  description: 'Check whether an X account can publish, and confirm what X requires of automated accounts.',
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
  errors: {
    'not-found': ['account_not_found'],
    conflict: ['account_disconnected', 'changed_meanwhile'],
    unavailable: ['x_unavailable', 'vault_key_missing'],
  },
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
  errors: { 'not-found': ['account_not_found'], conflict: ['changed_meanwhile'] },
  etag: true,
});

export const operations = [probeAccount, confirmAutomation] as const;
