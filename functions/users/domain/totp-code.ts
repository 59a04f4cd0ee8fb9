import { pastedCode } from './mailed-code.ts';

/** The six digits that an authenticator shows (RFC 6238), with whatever people put between and around them. */
export const TotpCode = pastedCode('0-9', 6, 'must be the six-digit code of the authenticator').meta({
  description: 'Six-digit code from the authenticator. Spaces and hyphens are ignored',
  examples: ['123456'],
});
