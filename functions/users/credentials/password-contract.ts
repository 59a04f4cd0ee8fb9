import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { DeviceToken } from '../domain/device.ts';
import type { UserErrors } from '../domain/error-codes.ts';
import { MailedCode } from '../domain/mailed-code.ts';
import { GivenPassword, Password } from '../domain/password.ts';
import { MailAddress } from '../domain/person.ts';

export const operation = capability<UserErrors>({
  name: 'Credentials',
  group: 'Identity',
  description: 'Manage the password, the email address and the authenticator of the signed-in person.',
});

export const forgotPassword = operation({
  id: 'forgotPassword',
  method: 'POST',
  path: '/v1/auth/forgot',
  summary: 'Have a code mailed with which a new password can be set',
  description:
    'The reply is the same whether or not anybody has this address. Earlier codes stay good. An address gets few mails ' +
    'a day, with growing pauses between them.',
  access: 'public',
  request: { body: z.strictObject({ email: MailAddress }) },
  response: z.object({ status: z.literal('accepted') }),
  status: 202,
  errors: { 'rate-limited': ['too_many_tries'] },
  idempotency: 'inherent',
  limit: 'codes',
});

export const resetPassword = operation({
  id: 'resetPassword',
  method: 'POST',
  path: '/v1/auth/reset',
  summary: 'Set a new password with the code from the mail; every session ends',
  description:
    'Any code that was mailed to the address within 24 hours is taken; all of them end. This device becomes the only ' +
    'trusted device of the account: it can sign in while failed attempts by others lock the account.',
  access: 'public',
  request: { body: z.strictObject({ email: MailAddress, code: MailedCode, password: Password }) },
  response: z.object({ status: z.literal('reset'), deviceToken: DeviceToken }),
  status: 200,
  errors: { invalid: ['invalid_code', 'weak_password', 'common_password'], 'rate-limited': ['too_many_tries'] },
  idempotency: 'inherent',
  limit: 'codes',
});

export const changePassword = operation({
  id: 'changePassword',
  method: 'POST',
  path: '/v1/me/password',
  summary: 'Change the own password; every other session ends, and no other device is known any more',
  access: 'signed-in',
  allowedWithoutMfa: true,
  request: { body: z.strictObject({ currentPassword: GivenPassword, password: Password }) },
  errors: {
    invalid: ['weak_password', 'common_password', 'personal_password'],
    unauthenticated: ['invalid_credentials'],
    forbidden: ['no_workspace'],
    'rate-limited': ['too_many_tries'],
  },
  idempotency: 'inherent',
  limit: 'credentials',
});

export const operations = [forgotPassword, resetPassword, changePassword] as const;
