import { describe, expect, test } from 'vitest';
import { GivenPassword, Password } from '#functions/users/domain/password.ts';

describe('a password in any Unicode form', () => {
  const composed = 'Gr\u00fc\u00dfe-an-Alle-42';
  const decomposed = 'Gru\u0308\u00dfe-an-Alle-42';

  test.each([
    [decomposed, composed],
    ['Gr\u00fc\u00dfe\u00a0an\u3000alle-42X', 'Gr\u00fc\u00dfe an alle-42X'],
    // Compatibility forms are different passwords: OpaqueString maps no widths.
    ['\uff27r\u00fc\u00dfe-an-Alle-42', '\uff27r\u00fc\u00dfe-an-Alle-42'],
  ])('is normalised alike when it is set and when it is given: %j', (typed, kept) => {
    expect([Password.parse(typed), GivenPassword.parse(typed)]).toEqual([kept, kept]);
  });

  test('has the same length in each form, and at most what the user pool accepts', () => {
    const long = (end: string) => `Aa1-${'\u00fc'.repeat(252)}${end}`;
    expect(Password.parse(long('').normalize('NFD'))).toBe(long(''));
    expect(Password.safeParse(long('x')).success).toBe(false);
    expect(GivenPassword.safeParse('x'.repeat(1_025)).success).toBe(false);
  });

  test('does not end with a space of any kind', () => {
    expect(Password.safeParse(`${composed}\u00a0`).success).toBe(false);
  });
});
