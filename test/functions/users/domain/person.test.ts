import { describe, expect, test } from 'vitest';
import { MailAddress } from '#functions/users/domain/person.ts';

describe('a mail address', () => {
  test.each([
    ['ada@example.com ', 'ada@example.com'],
    ['\n\u00a0Ada@Example.COM\u200b', 'ada@example.com'],
    ['r&d@example.com', 'r&d@example.com'],
    ["o'hara+x/y=z!{1}~^`|#$%*?-_@example.co.uk", "o'hara+x/y=z!{1}~^`|#$%*?-_@example.co.uk"],
    ['ada@example.xn--p1ai', 'ada@example.xn--p1ai'],
    ['ada@xn--e1afmkfd.xn--p1ai', 'ada@xn--e1afmkfd.xn--p1ai'],
    ['ada@пример.РФ', 'ada@xn--e1afmkfd.xn--p1ai'],
    ['ada@M\u00fcller.de', 'ada@xn--mller-kva.de'],
    ['ada@mu\u0308ller.de', 'ada@xn--mller-kva.de'],
    ['ada@1-a.example.museum', 'ada@1-a.example.museum'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('%j is normalised to %s', (typed, kept) => {
    expect(MailAddress.parse(typed)).toBe(kept);
    expect(MailAddress.parse(kept)).toBe(kept);
  });

  test.each([
    ...['', 'ada', 'ada@', '@example.com', 'ada@example', 'ada@localhost', 'a b@example.com', 'a@b@example.com'],
    ...['.ada@example.com', 'ada.@example.com', 'a..b@example.com', 'ada@.com', 'ada@-a.com', 'ada@example..com'],
    ...[
      '"ada l"@example.com',
      'ada@[192.0.2.1]',
      'ada@192.0.2.1',
      'ada@\uff11.\uff12',
      'ada@exa_mple.com',
      'ada@example.c',
    ],
    ...[
      'ada@example.com, eve@example.com',
      'Ada <ada@example.com>',
      'ada@example.com\r\nBcc: eve@example.com',
      'ädä@example.com',
    ],
    ...[`${'a'.repeat(65)}@example.com`, `ada@${'a.'.repeat(62)}com`, `${' '.repeat(400)}ada@example.com`],
  ])('is not %j', (typed) => {
    expect(MailAddress.safeParse(typed).success).toBe(false);
  });
});
