import { pastedCode } from './mailed-code.ts';

/** The six digits of an authenticator (RFC 6238), with any separators that people type. */
export const TotpCode = pastedCode('0-9', 6, 'must be the six-digit code of the authenticator').meta({
  description: 'Six-digit code from the authenticator. Spaces and hyphens are ignored',
  examples: ['123456'],
});
