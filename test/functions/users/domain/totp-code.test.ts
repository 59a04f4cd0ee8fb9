import { expect, test } from 'vitest';
import { TotpCode } from '#functions/users/domain/totp-code.ts';

test.each([
  '123456',
  '123 456',
  ' 12 34 56\t',
  '123-456',
  '123\u2009456',
  '1.2.3.4.5.6',
  '\uff11\uff12\uff13 \uff14\uff15\uff16',
])('an authenticator code is accepted as people type or paste it: %j', (typed) => {
  expect(TotpCode.parse(typed)).toBe('123456');
});

test.each(['', '12345', '1234567', '12345a', '\u0661\u0662\u0663\u0664\u0665\u0666', '123+456'])(
  '%j is not an authenticator code',
  (typed) => {
    expect(TotpCode.safeParse(typed).success).toBe(false);
  },
);
