import * as z from 'zod';
import { MailedCode } from '../domain/mailed-code.ts';
import { GivenPassword } from '../domain/password.ts';
import { MailAddress } from '../domain/person.ts';
import { operation } from './password-contract.ts';

export const beginEmailChange = operation({
  id: 'beginEmailChange',
  method: 'POST',
  path: '/v1/me/email',
  summary: 'Sign in with another address: a code is mailed to the new and one to the old address',
  description: 'The reply is the same for an address that somebody has already. The codes are good for an hour.',
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
  summary: 'Confirm the new address with the codes from both mails',
  access: 'signed-in',
  request: { body: z.strictObject({ newCode: MailedCode, oldCode: MailedCode }) },
  errors: { invalid: ['invalid_email_codes'], conflict: ['email_taken'], 'rate-limited': ['too_many_tries'] },
  idempotency: 'inherent',
  limit: 'codes',
});

export const operations = [beginEmailChange, confirmEmailChange] as const;
