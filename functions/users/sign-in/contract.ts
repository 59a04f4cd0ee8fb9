import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { DeviceToken } from '../domain/device.ts';
import type { UserErrors } from '../domain/error-codes.ts';
import { pastedCode } from '../domain/mailed-code.ts';
import { GivenPassword } from '../domain/password.ts';
import { MailAddress } from '../domain/person.ts';

const operation = capability<UserErrors>({
  name: 'Sign-in',
  group: 'Identity',
  description: 'Get access and refresh tokens, refresh them, and sign out.',
});

/** Credentials are never stored, not even to give a reply again: these operations bear to be repeated. */
export const repeatable = { idempotency: 'inherent' } as const;

const RefreshToken = z
  .string()
  .max(8192, { abort: true })
  .regex(/^[\w.=-]+$/, 'must be a refresh token as it was given');

export const Tokens = z
  .object({
    accessToken: z.string(),
    refreshToken: z.string().meta({ description: 'Use the latest one: it is another one with every refresh' }),
    expiresIn: z.int().meta({ description: 'Seconds until the access token expires' }),
    tokenType: z.literal('Bearer'),
  })
  .meta({ id: 'Tokens' });

export const SignUpToken = z.string().regex(/^[\w-]{43}$/, 'must be the token of the sign-up');

/** The six digits that an authenticator shows (RFC 6238), with whatever people put between and around them. */
export const TotpCode = pastedCode('0-9', 6, 'must be the six digits of the authenticator').meta({
  description: 'Blanks and hyphens do not matter',
  examples: ['123456'],
});

/** What a sign-in brings. */
const SignedIn = Tokens.extend({
  deviceToken: DeviceToken.meta({
    description:
      'Identifies this device. Store it and send it with later sign-ins: failed attempts by others do not lock it out.',
  }),
}).meta({ id: 'SignedIn' });

const TotpChallenge = z
  .object({
    challenge: z.literal('totp'),
    challengeToken: z.string().meta({ description: 'Send it with the code of the authenticator, within 3 minutes' }),
  })
  .meta({ id: 'TotpChallenge' });

export const signIn = operation({
  id: 'signIn',
  method: 'POST',
  path: '/v1/auth/sign-in',
  summary: 'Sign in with address and password',
  description: 'Whoever has enrolled an authenticator is asked for its code.',
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
  summary: 'Finish a sign-in with the code of the authenticator',
  access: 'public',
  request: {
    body: z.strictObject({
      challengeToken: z
        .string()
        .max(4096, { abort: true })
        .regex(/^[\x21-\x7e]+$/, 'must be the token as it was given'),
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
  summary: 'Get a new access token and a new refresh token',
  description:
    'The refresh token is spent by that; when the reply is lost, it may be sent again within 30 seconds. One that comes later ends the session, since somebody else may have it.',
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
  summary: 'Sign out here: the session of the access token and of the refresh token, when given, ends',
  description:
    'Access tokens already issued are refused for changes (401 `session_ended`); they can read until they expire, within ' +
    '15 minutes.',
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
    'Access tokens already issued are refused for changes (401 `session_ended`); they can read until they expire, within ' +
    '15 minutes.',
  access: 'signed-in',
  allowedWithoutMfa: true,
  errors: { 'rate-limited': ['too_many_tries'] },
  ...repeatable,
});

export const operations = [signIn, answerTotp, refreshTokens, signOut, signOutEverywhere] as const;
