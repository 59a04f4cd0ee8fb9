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
  description: 'Change or reset the password, change the email address, and manage the authenticator.',
});

export const forgotPassword = operation({
  id: 'forgotPassword',
  method: 'POST',
  path: '/v1/auth/forgot',
  summary: 'Request a password reset code by email',
  description:
    'The response is the same whether or not the address has an account. Earlier codes stay valid. Each address ' +
    'receives only a few emails a day, at growing intervals.',
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
  summary: 'Set a new password with a code from an email',
  description:
    'Any code sent to the address in the last 24 hours is accepted; a successful reset invalidates all of them. All ' +
    'sessions end, and this device becomes the only trusted device of the account: it can sign in while failed ' +
    'attempts by others lock the account.',
  access: 'public',
  request: { body: z.strictObject({ email: MailAddress, code: MailedCode, password: Password }) },
  response: z.object({ status: z.literal('reset'), deviceToken: DeviceToken }),
  status: 200,
  errors: {
    invalid: ['invalid_code', 'weak_password', 'common_password', 'personal_password'],
    'rate-limited': ['too_many_tries'],
  },
  idempotency: 'inherent',
  limit: 'codes',
});

export const changePassword = operation({
  id: 'changePassword',
  method: 'POST',
  path: '/v1/me/password',
  summary: 'Change your password',
  description: 'All other sessions end, and all other devices stop being trusted.',
  access: 'signed-in',
  allowedWithoutMfa: true,
  request: {
    body: z.strictObject({
      currentPassword: GivenPassword.meta({ description: 'Password to replace' }),
      password: Password,
    }),
  },
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
