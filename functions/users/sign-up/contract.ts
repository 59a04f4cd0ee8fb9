import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { DeviceToken } from '../domain/device.ts';
import { DisplayName } from '../domain/display-name.ts';
import type { UserErrors } from '../domain/error-codes.ts';
import { MailedCode } from '../domain/mailed-code.ts';
import { Password } from '../domain/password.ts';
import { MailAddress } from '../domain/person.ts';
import { repeatable, SignUpToken } from '../sign-in/contract.ts';

const operation = capability<UserErrors>({
  name: 'Sign-up',
  group: 'Identity',
  description: 'Create an account and its first workspace.',
});

export const signUp = operation({
  id: 'signUp',
  method: 'POST',
  path: '/v1/auth/sign-up',
  summary: 'Sign up; a code is mailed to the address',
  description: 'The reply is the same for an address that is known already. An address gets few mails a day.',
  access: 'public',
  request: {
    body: z.strictObject({ email: MailAddress, password: Password, name: DisplayName, workspaceName: DisplayName }),
  },
  response: z.object({
    status: z.literal('confirmation_required'),
    signUpToken: SignUpToken.meta({
      description: 'Required to confirm this sign-up. A few sign-ups per address can be pending.',
    }),
  }),
  status: 202,
  errors: { invalid: ['weak_password', 'common_password', 'personal_password'], 'rate-limited': ['too_many_tries'] },
  limit: 'codes',
  ...repeatable,
});

export const confirmSignUp = operation({
  id: 'confirmSignUp',
  method: 'POST',
  path: '/v1/auth/confirm',
  summary: 'Confirm a sign-up with the code from the mail and the token of its reply; the workspace is made',
  description: 'Any code of the last 24 hours is taken that was mailed to the address.',
  access: 'public',
  request: {
    body: z.strictObject({
      email: MailAddress,
      code: MailedCode,
      signUpToken: SignUpToken,
    }),
  },
  response: z.object({ status: z.literal('confirmed'), deviceToken: DeviceToken }),
  status: 200,
  errors: { invalid: ['invalid_code', 'invalid_email', 'weak_password'], 'rate-limited': ['too_many_tries'] },
  limit: 'codes',
  ...repeatable,
});

export const resendCode = operation({
  id: 'resendCode',
  method: 'POST',
  path: '/v1/auth/resend',
  summary: 'Have another confirmation code mailed',
  description:
    'The reply is the same whether or not there is a sign-up to be confirmed. Earlier codes stay good. An address gets ' +
    'few mails a day, with growing pauses between them.',
  access: 'public',
  request: { body: z.strictObject({ email: MailAddress }) },
  response: z.object({ status: z.literal('accepted') }),
  status: 202,
  errors: { 'rate-limited': ['too_many_tries'] },
  limit: 'codes',
  ...repeatable,
});

export const operations = [signUp, confirmSignUp, resendCode] as const;
