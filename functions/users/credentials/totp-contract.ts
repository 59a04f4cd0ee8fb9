import * as z from 'zod';
import { GivenPassword } from '../domain/password.ts';
import { TotpCode } from '../domain/totp-code.ts';
import { operation } from './password-contract.ts';

const enrolling = { access: 'signed-in', allowedWithoutMfa: true, idempotency: 'inherent' } as const;

export const beginTotp = operation({
  id: 'beginTotp',
  method: 'POST',
  path: '/v1/me/totp',
  summary: 'Start enrolling an authenticator',
  description:
    'Returns a secret for the authenticator app. Confirm it with a code within 10 minutes; another request replaces the secret.',
  request: { body: z.strictObject({ password: GivenPassword }) },
  response: z.object({
    secret: z.string().meta({ description: 'Secret in Base32 (RFC 4648), to type in' }),
    uri: z.string().meta({ description: 'The secret as an otpauth URI' }),
    qrCode: z.string().meta({ description: '`uri` as a QR code (SVG)' }),
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
  summary: 'Finish enrolling an authenticator with a code it shows',
  description:
    'From now on, each sign-in asks for a code. If the workspace requires a second factor, refresh the access token afterwards.',
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
  summary: 'Remove your authenticator',
  description:
    'From now on, the password is enough to sign in. If the workspace requires a second factor, access tokens issued ' +
    'from now on allow little more than enrolling another one.',
  access: 'signed-in',
  request: { body: z.strictObject({ password: GivenPassword }) },
  errors: { unauthenticated: ['invalid_credentials'], forbidden: ['no_workspace'], 'rate-limited': ['too_many_tries'] },
  idempotency: 'inherent',
  limit: 'credentials',
});

export const operations = [beginTotp, confirmTotp, disableTotp] as const;
