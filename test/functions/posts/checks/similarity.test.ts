import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  alikest,
  comparing,
  exactKeyOf,
  foldOf,
  jaccard,
  keysOf,
  lookOf,
  looksOf,
  shinglesOf,
  signatureOf,
  wordsOf,
} from '#functions/posts/checks/similarity.ts';

describe('the words of a text', () => {
  test.each([
    ['are lower case, without punctuation', 'Our AUTUMN roast: is here!', ['our', 'autumn', 'roast', 'is', 'here']],
    ['are without links', 'Read https://example.com/a?b=c now, or example.org/x', ['read', 'now', 'or']],
    [
      'are without links in any script',
      'Читай https://ru.wikipedia.org/wiki/Чай_(напиток)?q=1#я сам',
      ['читай', 'сам'],
    ],
    ['are without links to hosts in any script', 'Читай https://пример.рф:80/путь, да', ['читай', 'да']],
    ['are what follows a link without a blank', '見てhttps://example.com/a?b新茶', ['見', 'て', '新', '茶']],
    ['are without mentions and emoji', 'Thanks @maya_1 😀 👨‍👩‍👧‍👦 1️⃣', ['thanks']],
    ['are the same composed and decomposed', 'Cafe\u0301', ['caf\u00e9']],
    ['keep hashtags as words', '#Sale today', ['sale', 'today']],
    ['are letters in scripts without blanks', '新茶です', ['新', '茶', 'で', 'す']],
  ])('%s', (_, text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  test('are the same on the ASCII path and on the Unicode path', () => {
    const ascii = fc.array(
      fc.oneof(
        fc.constantFrom(
          'https://',
          'example.com',
          '/a-b_c?d=e#f',
          '@maya',
          ' ',
          '.',
          ':80',
          "Don't",
          'x',
          '9',
          '_',
          '~',
          '|',
        ),
        fc.string({ unit: 'grapheme-ascii', maxLength: 5 }),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(ascii, (pieces) => {
        const text = pieces.join('');
        // An ideographic full stop is no word, but makes the text non-ASCII.
        expect(wordsOf(`${text} 。`)).toEqual(wordsOf(text));
      }),
      { numRuns: 1_000 },
    );
  });

  test('of only links and emoji are none, so the text is compared as it stands', () => {
    expect(foldOf(' 😀 https://a.co/b ')).toBe('😀 https://a.co/b');
    expect(exactKeyOf('https://a.co/b')).not.toBe(exactKeyOf('https://a.co/c'));
  });
});

const ten = 'Our autumn roast is here with plum cocoa and figs';

const likenessOf = (one: string, other: string) => alikest(lookOf(one), looksOf([{ text: other }]), comparing());

describe('two texts are', () => {
  test.each([
    ['verbatim', 'Hello', ' Hello '],
    ['same', 'Hello @maya', 'hello!'],
    [undefined, '読むhttps://a.co/新茶です', '読むhttps://a.co/古い本'],
    ['same', `${ten} https://a.co/1`, `${ten} https://a.co/2`],
    ['near', ten, `${ten} today`],
    ['near', ten, ten.replace('plum', 'pear')],
    // Short texts are alike by chance.
    [undefined, 'A post on time 17', 'A post on time 18'],
    [undefined, 'post 1, part 0', 'post 2, part 0'],
    [undefined, ten, 'We roast slowly in small drums and taste every batch before it leaves'],
  ])('%s: %s / %s', (kind, one, other) => {
    expect(likenessOf(one, other)).toBe(kind);
    expect(likenessOf(other, one)).toBe(kind);
  });
});

const word = fc.stringMatching(/^[a-z]{2,8}$/);
const words = (minLength: number) => fc.array(word, { minLength, maxLength: 40 });
const set = fc.array(word, { maxLength: 30 }).map((each) => new Set(each));

test('Jaccard similarity is symmetric, never negative, and 1 only for equal non-empty sets', () => {
  fc.assert(
    fc.property(set, set, (some, others) => {
      const likeness = jaccard(some, others);
      expect(likeness).toBe(jaccard(others, some));
      expect(likeness).toBeGreaterThanOrEqual(0);
      expect(likeness === 1).toBe(some.size > 0 && some.symmetricDifference(others).size === 0);
    }),
  );
});

test('upper case, emoji, mentions, links and punctuation around a text do not change its keys', () => {
  fc.assert(
    fc.property(words(8), fc.constantFrom('😀', '@maya', 'https://example.com/x', '!', '\n'), (said, noise) => {
      const text = said.join(' ');
      expect(keysOf(`${noise} ${text.toUpperCase()} ${noise}`)).toEqual(keysOf(text));
    }),
  );
});

test('a short text has one key, a longer one nine, and a blank one none', () => {
  expect(keysOf('A post on time 17')).toEqual([exactKeyOf('A post on time 17')]);
  expect(new Set(keysOf(ten)).size).toBe(9);
  expect(keysOf(' ')).toEqual([]);
});

test('keys never change, so that stored ones still match', () => {
  expect(keysOf(ten)).toMatchInlineSnapshot(`
    [
      "ESV_FbxGeRkJ5ZGxiT_6bLs",
      "00bzpc2h06dduyc",
      "102uerg206toebu",
      "201tlhjj020gdwm",
      "301pzxh60ac0llk",
      "40d4yrak04i6pw3",
      "5020hbqc08b93om",
      "604issn90c6nw8d",
      "70ajznpp0bgbn1c",
    ]
  `);
});

test('texts that differ by one appended word share a key', () => {
  fc.assert(
    fc.property(words(20), word, (said, more) => {
      const [one, other] = [said.join(' '), `${said.join(' ')} ${more}`];
      const keys = new Set(keysOf(other));
      expect(keysOf(one).some((key) => keys.has(key))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('the share of equal places in two signatures estimates the Jaccard similarity of their shingles', () => {
  // Over many pairs, since one signature has only 16 places.
  let [estimated, exact] = [0, 0];
  for (let pair = 0; pair < 400; pair += 1) {
    const said = Array.from({ length: 30 }, (_, place) => `word${pair}x${place}`);
    const changed = said.map((each, place) => (place % 10 === pair % 10 ? `${each}y` : each));
    const [some, others] = [shinglesOf(said), shinglesOf(changed)];
    const [one, other] = [signatureOf(some), signatureOf(others)];
    estimated += one.filter((each, place) => each === other[place]).length / one.length / 400;
    exact += jaccard(some, others) / 400;
  }
  expect(Math.abs(estimated - exact)).toBeLessThan(0.03);
});

test.each([
  ['dotted letters', 'a.'.repeat(12_500)],
  ['one long word', 'a'.repeat(25_000)],
  ['ideographs', '語'.repeat(25_000)],
  ['signs', '@'.repeat(25_000)],
])('keys are computed for a hostile text of the maximum size: %s', (_, text) => {
  expect(keysOf(text).length).toBeGreaterThan(0);
});
