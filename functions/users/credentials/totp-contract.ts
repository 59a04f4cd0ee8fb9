import * as z from 'zod';
import { GivenPassword } from '../domain/password.ts';
import { TotpCode } from '../sign-in/contract.ts';
import { operation } from './password-contract.ts';

const enrolling = { access: 'signed-in', allowedWithoutMfa: true, idempotency: 'inherent' } as const;

export const beginTotp = operation({
  id: 'beginTotp',
  method: 'POST',
  path: '/v1/me/totp',
  summary: 'Get a secret for an authenticator',
  description: 'It counts once it is confirmed with a code, within 10 minutes; asking again gives another secret.',
  request: { body: z.strictObject({ password: GivenPassword }) },
  response: z.object({
    secret: z.string().meta({ description: 'Base 32 (RFC 4648), to be typed in' }),
    uri: z.string().meta({ description: 'The same as an otpauth URI' }),
    qrCode: z.string().meta({ description: 'The URI as a QR code (SVG)' }),
  }),
  status: 200,
  errors: {
    unauthenticated: ['invalid_credentials'],
    forbidden: ['no_workspace'],
    conflict: ['totp_enrolled'],
    'rate-limited': ['too_many_tries'],
  },
  ...enrolling,
});

export const confirmTotp = operation({
  id: 'confirmTotp',
  method: 'POST',
  path: '/v1/me/totp/confirm',
  summary: 'Enrol the authenticator with a code that it shows',
  description:
    'None may be enrolled already. Where the workspace demands a second factor, refresh the access token afterwards.',
  request: { body: z.strictObject({ code: TotpCode }) },
  errors: {
    invalid: ['invalid_totp'],
    conflict: ['totp_enrolled', 'totp_not_begun'],
    'rate-limited': ['too_many_tries'],
  },
  ...enrolling,
  limit: 'codes',
});

export const disableTotp = operation({
  id: 'disableTotp',
  method: 'POST',
  path: '/v1/me/totp/disable',
  summary: 'Sign in without the authenticator from now on',
  access: 'signed-in',
  request: { body: z.strictObject({ password: GivenPassword }) },
  errors: { unauthenticated: ['invalid_credentials'], forbidden: ['no_workspace'], 'rate-limited': ['too_many_tries'] },
  idempotency: 'inherent',
  limit: 'credentials',
});

export const operations = [beginTotp, confirmTotp, disableTotp] as const;
