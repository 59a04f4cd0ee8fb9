import { capability } from '#shared/http/operation.ts';
import { Checklist } from '../domain/account.ts';
import type { AccountErrors } from '../domain/error-codes.ts';
import { AccountView, onAccount } from '../views.ts';

const operation = capability<AccountErrors>({
  name: 'Account health',
  group: 'Accounts',
  description: "Check whether X accounts can publish, and confirm that automated accounts meet X's requirements.",
});

export const probeAccount = operation({
  id: 'probeAccount',
  method: 'POST',
  path: '/v1/accounts/{accountId}/probe',
  summary: 'Check an X account now',
  description:
    'Reads the profile, capabilities and health of the account from X. Use it after fixing a problem on x.com, such as ' +
    'a locked account; otherwise accounts are checked daily. Posts held because of its health resume automatically.',
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
  summary: "Confirm that an automated account meets X's requirements",
  description:
    'X requires an automated account to show the label "Automated", to say in its bio that it is automated and by whom, ' +
    'and to be linked to an account run by a person. These are set on x.com and cannot be read over the X API, so a ' +
    'person confirms them here.',
  access: 'accounts:connect',
  request: { path: onAccount, body: Checklist },
  response: AccountView,
  errors: { 'not-found': ['account_not_found'], conflict: ['changed_meanwhile'] },
  etag: true,
});

export const operations = [probeAccount, confirmAutomation] as const;
