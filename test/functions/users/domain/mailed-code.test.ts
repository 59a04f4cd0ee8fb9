import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeOf, MailedCode, written } from '#functions/users/domain/mailed-code.ts';

test('a code has eight characters of an alphabet of 32, and is read back unchanged', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (bytes) => {
      const code = codeOf(bytes);
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
      expect(MailedCode.parse(written(code))).toBe(code);
    }),
  );
  expect(new Set(codeOf(Uint8Array.from({ length: 8 }, (_, place) => place * 33))).size).toBe(8);
});

test.each([
  ['k7pm-3xqd', 'K7PM3XQD'],
  ['K7PM 3XQD', 'K7PM3XQD'],
  ['  k7pm\u20133xqd\n', 'K7PM3XQD'],
  ['K 7 P M 3 X Q D', 'K7PM3XQD'],
  ['oo11-ilIL', '00111111'],
  ['-K7PM\u22123XQD-', 'K7PM3XQD'],
  ['\u200bK7PM\u00a0\u00ad3XQD\u202c', 'K7PM3XQD'],
  ['\uff2b\uff17\uff30\uff2d\uff0d\uff13\uff38\uff31\uff44', 'K7PM3XQD'],
])('a code is accepted as people type or paste it: %j', (typed, code) => {
  expect(MailedCode.parse(typed)).toBe(code);
});

test.each(['', 'K7PM3XQ', 'K7PM3XQDD', '123456', 'K7PM+3XQD', 'ÄÖÜß-3XQD', ' '.repeat(81)])(
  '%j is not a code',
  (typed) => {
    expect(MailedCode.safeParse(typed).success).toBe(false);
  },
);
