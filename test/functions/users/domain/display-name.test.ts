import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DisplayName, harmless } from '#functions/users/domain/display-name.ts';

describe('a name', () => {
  test.each([
    'O’Reilly & Söhne',
    "O'Reilly & Söhne",
    '日本マーケティング',
    'Dr. A. B. Weber',
    'Acme Inc.',
    'Yahoo!',
    'Booking.com',
    'Booking.com B.V.',
    'St.Gallen Tourismus',
    '.NET Foundation',
    '24/7 Media',
    'AT&T',
    'Sales @ Acme',
    'R@bbit',
    'A/B',
    '1001 Nights 2024-2025',
    'نیم‌فاصله',
    'क्‍ष',
    '👨‍👩‍👧 Family ❤️',
    'שלום',
    'Q: A',
    'Open 9:30',
    'Project:Alpha',
    'Release 1.2.3',
    'Wait\u2026 what',
    '3M',
    '&',
    'x'.repeat(100),
  ])('%s is accepted unchanged', (name) => {
    expect(DisplayName.parse(name)).toBe(name);
    expect(DisplayName.parse(` ${name}\t`)).toBe(name);
  });

  test.each([
    'verify at http://evil.example',
    'HTTPS://evil.example',
    'www.evil.example',
    'evil.example/pay',
    'evil.example:8080/pay',
    'evil.example?x=1',
    'write to eve@evil.example',
    'eve@evil\uff0eexample',
    'call +1 (800) 555-0199',
    'hotline 0800 123 45 67',
    'call ٠١٢٣٤٥٦٧٨٩',
    'mailto:a',
    'tel:123',
    'http:evil',
    'Call tel:110 now',
    'javascript:alert',
    '192.168.0.1/a',
    '10.0.0.1',
    'evil\u2024com/pay',
    'evil\ufe52com\uff0fpay',
    'eve\uff20evil.example',
    'http\uff1a\uff0f\uff0fevil',
  ])('%s is refused as a link', (name) => {
    expect(DisplayName.safeParse(name).error?.issues[0]?.message).toContain('link');
  });

  test.each([
    ['nothing', ''],
    ['blanks', ' \u00a0\u2003'],
    ['a zero-width space', '\u200b'],
    ['joiners alone', '\u200d\u200c'],
    ['a Hangul filler', '\u3164'],
    ['a braille blank', '\u2800'],
    ['a mark without a letter', '\u0301'],
    ['a bidirectional override', 'Acme \u202egnp.exe'],
    ['a bidirectional isolate', '\u2066Acme\u2069'],
    ['a right-to-left mark', 'Acme\u200f'],
    ['a soft hyphen', 'Ac\u00adme'],
    ['tag characters', 'Acme\u{e0041}\u{e007f}'],
    ['a line separator', 'Acme\u2028Bcc'],
    ['a line break', 'Acme\r\nBcc: eve'],
    ['half a surrogate pair', 'Acme\ud800'],
    ['more than 100 characters', 'x'.repeat(101)],
  ])('of %s is refused', (_, name) => {
    expect(DisplayName.safeParse(name).success).toBe(false);
  });
});

describe('a name in a mail', () => {
  test.each([
    ['Booking.com', 'Booking. com'],
    ['verify at http://evil.example/pay', 'verify at http: //evil. example/pay'],
    ['eve@evil.example', 'eve@evil. example'],
    ['evil\u3002example', 'evil\u3002 example'],
    ['Acme \u202egnp.exe', 'Acme gnp. exe'],
    ['Ac\u00adme\u200b', 'Acme'],
    ['mailto:a', 'mailto: a'],
    ['tel:123', 'tel: 123'],
    ['http:evil', 'http: evil'],
    ['192.168.0.1/a', '192. 168. 0. 1/a'],
    ['evil\u2024com', 'evil\u2024 com'],
    ['evil\ufe52com', 'evil\ufe52 com'],
    ['http\uff1a\uff0f\uff0fevil', 'http\uff1a \uff0f\uff0fevil'],
    ['Open 9:30', 'Open 9:30'],
    ['Release 1.2.3', 'Release 1.2.3'],
    ['\u3164\u2800', ''],
    ['Acme Inc.', 'Acme Inc.'],
    ['Dr. A. B. Weber', 'Dr. A. B. Weber'],
    ['👨‍👩‍👧 Family ❤️', '👨‍👩‍👧 Family ❤️'],
  ])('%j is shown as %j', (name, shown) => {
    expect(harmless(name)).toBe(shown);
  });

  test('never contains a domain, an address or a link, whatever was stored', () => {
    const parts = fc.constantFrom(
      'evil',
      'пример',
      '例',
      '.',
      '\u3002',
      '@',
      '/',
      ':',
      '//',
      'http',
      ' ',
      '\u2024',
      '\u200b',
      '\u00ad',
      '10',
      'com',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 20 }), (some) => {
        const shown = harmless(some.join(''));
        expect(shown).not.toMatch(/[\p{L}\p{N}][.\uff0e\u3002\uff61\u2024]\p{L}|:\/\/|\p{L}:\S|(?:\d+\.){3}\d/u);
        expect(harmless(shown)).toBe(shown);
      }),
    );
  });
});
