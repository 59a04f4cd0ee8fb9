import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sheetNames } from '#functions/analytics/reports/rendering/sheet-names.ts';

test('names of sheets are valid in Excel and unique', () => {
  const title = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      'History',
      "'quoted'",
      'a/b:c*d?e[f]g\\h',
      'Top posts',
      'TOP POSTS',
      'x'.repeat(60),
      '👩‍👩‍👧'.repeat(9),
    ),
  );
  fc.assert(
    fc.property(fc.array(title, { maxLength: 40 }), (titles) => {
      const names = sheetNames(titles);
      expect(names).toHaveLength(titles.length);
      for (const name of names) {
        expect(name).toMatch(/^[^[\]/\\:*?]{1,31}$/);
        expect(name).not.toMatch(/^'|'$/);
        expect(name.toLowerCase()).not.toBe('history');
        expect(name.trim()).not.toBe('');
      }
      expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(titles.length);
    }),
  );
  expect(sheetNames(['Top posts', 'Top posts', 'TOP POSTS'])).toEqual(['Top posts', 'Top posts 2', 'TOP POSTS 3']);
  expect(sheetNames(['Weakest posts by engagement rate'])).toEqual(['Weakest posts']);
  expect(sheetNames(['Best posts by engagement rate'])).toEqual(['Best posts by engagement rate']);
  expect(sheetNames(['', 'A'.repeat(40)])).toEqual(['Sheet', 'A'.repeat(31)]);
});
