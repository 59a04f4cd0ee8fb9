import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { DeviceToken } from '../domain/device.ts';
import { DisplayName } from '../domain/display-name.ts';
import type { UserErrors } from '../domain/error-codes.ts';
import { MailedCode } from '../domain/mailed-code.ts';
import { Password } from '../domain/password.ts';
import { MailAddress } from '../domain/person.ts';
import { SignUpToken } from '../domain/sign-up.ts';

const operation = capability<UserErrors>({
  name: 'Sign-up',
  group: 'Identity',
  description: 'Create an account and its first workspace.',
});

export const signUp = operation({
  id: 'signUp',
  method: 'POST',
  path: '/v1/auth/sign-up',
  summary: 'Sign up and receive a confirmation code by email',
  description:
    'The response is the same if the address already has an account; its owner then gets a notice by email, and no ' +
    'code. Each address receives only a few emails a day.',
  access: 'public',
  request: {
    body: z.strictObject({ email: MailAddress, password: Password, name: DisplayName, workspaceName: DisplayName }),
  },
  response: z.object({
    status: z.literal('confirmation_required'),
    signUpToken: SignUpToken.meta({
      description: 'Required to confirm this sign-up. An address can have a few pending sign-ups.',
    }),
  }),
  status: 202,
  errors: { invalid: ['weak_password', 'common_password', 'personal_password'], 'rate-limited': ['too_many_tries'] },
  limit: 'codes',
  idempotency: 'inherent',
});

export const confirmSignUp = operation({
  id: 'confirmSignUp',
  method: 'POST',
  path: '/v1/auth/confirm',
  summary: 'Confirm a sign-up and create its workspace',
  description:
    'Needs a code from the email and the `signUpToken` from the response to the sign-up. Any code sent to the ' +
    'address in the last 24 hours is accepted.',
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
  idempotency: 'inherent',
});

export const resendCode = operation({
  id: 'resendCode',
  method: 'POST',
  path: '/v1/auth/resend',
  summary: 'Resend the confirmation code of a sign-up',
  description:
    'The response is the same whether or not a sign-up is pending. Earlier codes stay valid. Each address receives ' +
    'only a few emails a day, at growing intervals.',
  access: 'public',
  request: { body: z.strictObject({ email: MailAddress }) },
  response: z.object({ status: z.literal('accepted') }),
  status: 202,
  errors: { 'rate-limited': ['too_many_tries'] },
  limit: 'codes',
  idempotency: 'inherent',
});

export const operations = [signUp, confirmSignUp, resendCode] as const;
