import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { DeviceToken } from '../domain/device.ts';
import type { UserErrors } from '../domain/error-codes.ts';
import { GivenPassword } from '../domain/password.ts';
import { MailAddress } from '../domain/person.ts';
import { TotpCode } from '../domain/totp-code.ts';

const operation = capability<UserErrors>({
  name: 'Sign-in',
  group: 'Identity',
  description: 'Get access and refresh tokens, refresh them, and sign out.',
});

/** Credentials are never stored, not even for idempotent replays; these operations are safe to repeat. */
const repeatable = { idempotency: 'inherent' } as const;

const RefreshToken = z
  .string()
  .max(8192, { abort: true })
  .regex(/^[\w.=-]+$/, 'must be a refresh token, unchanged')
  .meta({ description: 'Latest refresh token of the session' });

export const Tokens = z
  .object({
    accessToken: z.string().meta({ description: 'JWT to send as `Authorization: Bearer <token>`' }),
    refreshToken: z.string().meta({ description: 'Always use the latest one: every refresh replaces it' }),
    expiresIn: z.int().meta({ description: 'Seconds until the access token expires' }),
    tokenType: z.literal('Bearer'),
  })
  .meta({ id: 'Tokens' });

/** Result of a completed sign-in. */
const SignedIn = Tokens.extend({
  deviceToken: DeviceToken.meta({
    description:
      'Identifies this device. Store it and send it with later sign-ins, so that failed attempts by others do not lock you out',
  }),
}).meta({ id: 'SignedIn' });

const TotpChallenge = z
  .object({
    challenge: z.literal('totp'),
    challengeToken: z.string().meta({ description: 'Send it to `POST /v1/auth/totp` with a code, within 3 minutes' }),
  })
  .meta({ id: 'TotpChallenge' });

export const signIn = operation({
  id: 'signIn',
  method: 'POST',
  path: '/v1/auth/sign-in',
  summary: 'Sign in with email address and password',
  description:
    'Returns tokens. If the person has enrolled an authenticator, it returns a challenge instead; answer it with ' +
    '`POST /v1/auth/totp`.',
  access: 'public',
  request: {
    body: z.strictObject({ email: MailAddress, password: GivenPassword, deviceToken: DeviceToken.optional() }),
  },
  response: z.union([SignedIn, TotpChallenge]),
  status: 200,
  errors: {
    unauthenticated: ['invalid_credentials'],
    forbidden: ['no_workspace'],
    conflict: ['changed_meanwhile'],
    'rate-limited': ['too_many_tries'],
  },
  limit: 'credentials',
  ...repeatable,
});

export const answerTotp = operation({
  id: 'answerTotp',
  method: 'POST',
  path: '/v1/auth/totp',
  summary: 'Complete a sign-in with an authenticator code',
  description: 'Answers the challenge of `POST /v1/auth/sign-in`, within 3 minutes. Each code is accepted once.',
  access: 'public',
  request: {
    body: z.strictObject({
      challengeToken: z
        .string()
        .max(4096, { abort: true })
        .regex(/^[\x21-\x7e]+$/, 'must be the `challengeToken` of the sign-in')
        .meta({ description: '`challengeToken` from the response to the sign-in' }),
      code: TotpCode,
      deviceToken: DeviceToken.optional(),
    }),
  },
  response: SignedIn,
  status: 200,
  errors: {
    invalid: ['invalid_totp'],
    forbidden: ['no_workspace'],
    conflict: ['changed_meanwhile'],
    'rate-limited': ['too_many_tries'],
  },
  ...repeatable,
  limit: 'credentials',
});

export const refreshTokens = operation({
  id: 'refreshTokens',
  method: 'POST',
  path: '/v1/auth/refresh',
  summary: 'Exchange a refresh token for new tokens',
  description:
    'A refresh token can be used once. If the response is lost, send it again within 30 seconds; any later reuse ' +
    'ends the session, because someone else may have the token. The new access token is for the workspace you ' +
    'switched to last.',
  access: 'public',
  request: { body: z.strictObject({ refreshToken: RefreshToken }) },
  response: Tokens,
  status: 200,
  errors: {
    unauthenticated: ['invalid_refresh_token'],
    forbidden: ['no_workspace'],
    conflict: ['changed_meanwhile'],
    'rate-limited': ['too_many_tries'],
  },
  ...repeatable,
});

export const signOut = operation({
  id: 'signOut',
  method: 'POST',
  path: '/v1/auth/sign-out',
  summary: 'End the current session',
  description:
    'Also ends the session of `refreshToken`, if given. Access tokens already issued can no longer make changes (401 ' +
    '`session_ended`); most reads still work until they expire, within 15 minutes.',
  access: 'signed-in',
  allowedWithoutMfa: true,
  asksWhetherSignedIn: false,
  request: { body: z.strictObject({ refreshToken: RefreshToken.optional() }) },
  errors: { invalid: ['not_a_refresh_token'], 'rate-limited': ['too_many_tries'] },
  ...repeatable,
});

export const signOutEverywhere = operation({
  id: 'signOutEverywhere',
  method: 'POST',
  path: '/v1/auth/sign-out-everywhere',
  summary: 'End every session of the signed-in person',
  description:
    'Access tokens already issued can no longer make changes (401 `session_ended`); most reads still work until they ' +
    'expire, within 15 minutes.',
  access: 'signed-in',
  allowedWithoutMfa: true,
  errors: { 'rate-limited': ['too_many_tries'] },
  ...repeatable,
});

export const operations = [signIn, answerTotp, refreshTokens, signOut, signOutEverywhere] as const;
