import * as z from 'zod';
import { operation } from '../../../shared/http/operation.ts';
import { Password } from '../domain/password.ts';
import { MailAddress } from '../domain/person.ts';
import { DisplayName } from '../domain/workspace.ts';

/** Credentials are never stored, not even to give a reply again: these operations bear to be repeated. */
const repeatable = { idempotency: 'inherent' } as const;

const RefreshToken = z
  .string()
  .max(8192)
  .regex(/^[\w.=-]+$/, 'must be a refresh token as it was given');

const Tokens = z
  .object({
    accessToken: z.string(),
    refreshToken: z.string().meta({ description: 'Use the latest one: it may be a new one with every refresh' }),
    expiresIn: z.int().meta({ description: 'Seconds until the access token expires' }),
    tokenType: z.literal('Bearer'),
  })
  .meta({ id: 'Tokens' });

export const signUp = operation({
  id: 'signUp',
  method: 'POST',
  path: '/v1/auth/sign-up',
  summary: 'Sign up; a code is mailed to the address',
  description: 'The reply is the same for an address that is known already.',
  access: 'public',
  request: {
    body: z.strictObject({ email: MailAddress, password: Password, name: DisplayName, workspaceName: DisplayName }),
  },
  response: z.object({ status: z.literal('confirmation_required') }),
  status: 202,
  errors: ['rate-limited', 'unavailable'],
  ...repeatable,
});

export const confirmSignUp = operation({
  id: 'confirmSignUp',
  method: 'POST',
  path: '/v1/auth/confirm',
  summary: 'Confirm a sign-up with the code from the mail; the workspace is made',
  access: 'public',
  request: {
    body: z.strictObject({
      email: MailAddress,
      code: z.string().regex(/^\d{6}$/, 'must be the six digits of the mail'),
    }),
  },
  response: z.object({ status: z.literal('confirmed') }),
  status: 200,
  errors: ['rate-limited'],
  ...repeatable,
});

export const resendCode = operation({
  id: 'resendCode',
  method: 'POST',
  path: '/v1/auth/resend',
  summary: 'Have a new confirmation code mailed',
  description: 'The reply is the same whether or not there is a sign-up to be confirmed.',
  access: 'public',
  request: { body: z.strictObject({ email: MailAddress }) },
  response: z.object({ status: z.literal('accepted') }),
  status: 202,
  errors: ['rate-limited', 'unavailable'],
  ...repeatable,
});

export const signIn = operation({
  id: 'signIn',
  method: 'POST',
  path: '/v1/auth/sign-in',
  summary: 'Sign in with address and password',
  access: 'public',
  request: { body: z.strictObject({ email: MailAddress, password: z.string().min(1).max(256) }) },
  response: Tokens,
  status: 200,
  errors: ['unauthenticated', 'forbidden', 'rate-limited'],
  ...repeatable,
});

export const refreshTokens = operation({
  id: 'refreshTokens',
  method: 'POST',
  path: '/v1/auth/refresh',
  summary: 'Get a new access token',
  access: 'public',
  request: { body: z.strictObject({ refreshToken: RefreshToken }) },
  response: Tokens,
  status: 200,
  errors: ['unauthenticated', 'forbidden', 'rate-limited'],
  ...repeatable,
});

export const signOut = operation({
  id: 'signOut',
  method: 'POST',
  path: '/v1/auth/sign-out',
  summary: 'Sign out; the refresh token, when given, is revoked',
  description: 'An access token that is out already stays valid until it expires, within 15 minutes.',
  access: 'signed-in',
  request: { body: z.strictObject({ refreshToken: RefreshToken.optional() }) },
  errors: ['rate-limited'],
  ...repeatable,
});

export const operations = [signUp, confirmSignUp, resendCode, signIn, refreshTokens, signOut] as const;
