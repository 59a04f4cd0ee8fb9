import * as z from 'zod';
import { MailedCode } from '../domain/mailed-code.ts';
import { GivenPassword } from '../domain/password.ts';
import { MailAddress } from '../domain/person.ts';
import { operation } from './password-contract.ts';

export const beginEmailChange = operation({
  id: 'beginEmailChange',
  method: 'POST',
  path: '/v1/me/email',
  summary: 'Start changing your email address',
  description:
    'Sends one code to the new address and one to the current address, valid for one hour. The response is the same ' +
    'if the new address is already in use. Each address receives only a few emails a day; beyond that, no code is sent ' +
    'and the response is the same.',
  access: 'signed-in',
  request: { body: z.strictObject({ email: MailAddress, password: GivenPassword }) },
  response: z.object({ status: z.literal('confirmation_required') }),
  status: 202,
  errors: { unauthenticated: ['invalid_credentials'], forbidden: ['no_workspace'], 'rate-limited': ['too_many_tries'] },
  idempotency: 'inherent',
  limit: 'codes',
});

export const confirmEmailChange = operation({
  id: 'confirmEmailChange',
  method: 'POST',
  path: '/v1/me/email/confirm',
  summary: 'Confirm the new address with the codes from both emails',
  description: 'From now on you sign in with the new address. After five failed attempts, start again.',
  access: 'signed-in',
  request: {
    body: z.strictObject({
      newCode: MailedCode.meta({ description: 'Code sent to the new address. Case, spaces and hyphens are ignored' }),
      oldCode: MailedCode.meta({
        description: 'Code sent to the current address. Case, spaces and hyphens are ignored',
      }),
    }),
  },
  errors: { invalid: ['invalid_email_codes'], conflict: ['email_taken'], 'rate-limited': ['too_many_tries'] },
  idempotency: 'inherent',
  limit: 'codes',
});

export const operations = [beginEmailChange, confirmEmailChange] as const;
