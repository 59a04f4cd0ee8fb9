import * as fc from 'fast-check';
import twitterText from 'twitter-text';
import { describe, expect, test } from 'vitest';
import { linksIn } from '#functions/posts/checks/links.ts';
import { alikest, comparing, looksOf } from '#functions/posts/checks/similarity.ts';
import { measureText } from '#functions/posts/checks/text-weight.ts';
import { splitIntoParts } from '#functions/posts/composing/split.ts';
import { recordReader } from '#functions/posts/transfer/csv.ts';
import { editsOf } from '#functions/posts/versions/diff.ts';

/** Texts that scale to any size, so that work can be counted at n, 2n and 4n. */
const shapes: readonly (readonly [string, (length: number) => string])[] = [
  ['ideographs', (length) => `${'日'.repeat(length)}.com`],
  ['dotted ideographs', (length) => '日本.'.repeat(length / 3)],
  ['dotted letters', (length) => 'a.'.repeat(length / 2)],
  ['dashed letters', (length) => `http://${'a-'.repeat(length / 2)}.com`],
  ['underlined letters', (length) => `${'a_'.repeat(length / 2)}.com`],
  ['names of many labels', (length) => `${'a.'.repeat(120)}日.com `.repeat(length / 250)],
  ['links', (length) => 'a.com/(b '.repeat(length / 9)],
  ['links that run into each other', (length) => 'a.com日'.repeat(length / 6)],
  ['what becomes a link when it is cut', (length) => 'abcde.comxx'.repeat(length / 11)],
  ['blanks', (length) => `a${' '.repeat(length)}b`],
  ['marks', (length) => `e${'\u0301\u0323'.repeat(length / 2)}`],
  ['quotes', (length) => '"\n'.repeat(length / 2)],
  ['quotes in pairs', (length) => `"${'""'.repeat(length / 2)}`],
  ['blank lines', (length) => '\n'.repeat(length)],
  ['commas', (length) => ',\n'.repeat(length / 2)],
];
const sizes = [3_000, 6_000, 12_000];

/** Expects at most linear growth: the count per character stays within a constant. */
const expectLinear = (counted: readonly number[], most: number) => {
  counted.forEach((count, place) => {
    expect(count / (sizes[place] ?? 1)).toBeLessThanOrEqual(most);
  });
};

describe.each(shapes)('a text of %s', (_, made) => {
  test('reaches twitter-text in pieces of at most 4,100 characters, at most 1.5 times its length in all', () => {
    const counts = sizes.map((size) => {
      let handed = 0;
      linksIn(made(size), (piece) => {
        expect(piece.length).toBeLessThanOrEqual(4_100);
        handed += piece.length;
        return twitterText.extractUrlsWithIndices(piece);
      });
      return handed;
    });
    expectLinear(counts, 1.5);
  });

  test('is split by measuring at most 200 times its length', () => {
    const counts = sizes.map((size) => {
      let measured = 0;
      const measure: typeof measureText = (text, most) => {
        measured += text.length;
        return measureText(text, most);
      };
      try {
        splitIntoParts(made(size), { maxWeightedLength: 25_000, numbering: true, measure });
        splitIntoParts(made(size), { maxWeightedLength: 280, numbering: true, measure });
      } catch (error) {
        expect(error).toHaveProperty('code');
      }
      return measured;
    });
    expectLinear(counts, 200);
  });

  test.each(['\n', '\r\n'])('is read as CSV by looking at each character at most six times on average', (newline) => {
    const counts = sizes.map((size) => {
      const text = made(size).replaceAll('\n', newline);
      const read = recordReader(text, ',', newline === '\r\n');
      let seen = 0;
      for (let at = 0; at < text.length;) {
        const record = read(at);
        seen += record.seen - at;
        const feed = text.indexOf('\n', at);
        at = record.cells ? record.end : feed < 0 ? text.length : feed + 1;
      }
      return seen;
    });
    expectLinear(counts, 6);
  });
});

test('twitter-text finds the same links in the pieces as in the whole text, for any text', () => {
  const token = fc.constantFrom(
    ...['a', 'b1', '.', '.', '-', '_', '/', '?', '=', '@', '#', '$', 'com', 'co', 'jp', 'xn--a', '日', '本', '中国'],
    ...['。', 'http://', 'https://', 'HTTP://', ' ', '\n', '!', '(', ')', ':80', '&', 'é', 'д', '\u200e', '\ufeff'],
    ...['"', '<', 't.co/abc', 'https://t.co/abcdefgh', 'ſ', 'K', '😀', 'x'.repeat(63), '日'.repeat(64), '/(a)', '?q'],
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 14 }), (tokens) => {
      const text = tokens.join('');
      expect(linksIn(text)).toEqual(twitterText.extractUrlsWithIndices(text).map(({ indices }) => indices));
    }),
    { numRuns: 3_000 },
  );
});

test('a letter with thousands of combining marks is reported, one with 100 is not', () => {
  const text = `Hi e${'\u0301\u0323'.repeat(12_000)}!`;
  expect(measureText(text).piledMarks).toEqual([{ start: 4, end: 24_004 }]);
  expect(measureText(`e${'\u0301'.repeat(100)}`).piledMarks).toEqual([]);
});

test('posts are compared by their signatures once the comparison budget is spent', () => {
  const words = Array.from({ length: 200 }, (_, place) => `word${place}`);
  const partsOf = (post: number) =>
    Array.from({ length: 25 }, (_, part) => ({ text: [...words, `p${post}`, `q${part}`].join(' ') }));
  const budget = comparing();
  const [own] = looksOf(partsOf(0)).looks;
  if (!own) throw new Error('no look');
  budget.shingles = 0;
  expect(alikest(own, looksOf(partsOf(1)), budget)).toBe('near');
  expect(budget.shingles).toBe(0);
  expect(alikest(own, looksOf([{ text: 'something else that is told here in other words' }]), budget)).toBeUndefined();
});

test('the diff effort for a thread stays within one budget, however many parts it has', () => {
  for (const parts of [1, 4, 25]) expect(parts * editsOf(parts) ** 2).toBeLessThanOrEqual(1_000_000);
});
