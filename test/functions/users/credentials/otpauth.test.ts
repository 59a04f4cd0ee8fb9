import { expect, test } from 'vitest';
import { otpauthUri } from '#functions/users/credentials/otpauth.ts';

test('an otpauth URI contains issuer, address and secret', () => {
  const uri = new URL(otpauthUri('ada+x@example.com', 'JBSWY3DPEHPK3PXP'));
  expect(uri.protocol).toBe('otpauth:');
  expect(decodeURIComponent(uri.pathname)).toContain('X Marketing Platform:ada+x@example.com');
  expect(Object.fromEntries(uri.searchParams)).toEqual({ secret: 'JBSWY3DPEHPK3PXP', issuer: 'X Marketing Platform' });
});
