import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureText } from '#functions/posts/checks/text-weight.ts';

const weightOf = (text: string) => measureText(text).weightedLength;

describe('a text weighs what X counts (docs.x.com, "Counting characters")', () => {
  test.each([
    ['nothing', '', 0],
    ['Latin letters, a blank and a sign', 'Hello, X!', 9],
    ['line ends', 'a\n\nb', 4],
    ['letters with marks', 'äéñ', 3],
    ['Cyrillic, Greek, Arabic, Thai', 'дωعไ', 4],
    ['the last light letter, U+10FF', '\u10ff', 1],
    ['the first heavy letter, U+1100', '\u1100', 2],
    ['Chinese', '你好', 4],
    ['Japanese', 'こんにちは', 10],
    ['Korean', '한국', 4],
    ['full-width letters', 'Ｘ', 2],
    ['dashes and curly quotes', '–—“”‘’', 6],
    ['an ellipsis', '…', 2],
    ['a euro sign', '€', 2],
    ['a zero-width blank', '\u200b', 1],
    ['an emoji', '😀', 2],
    ['an emoji newer than 2018', '🫡', 2],
    ['an emoji with a skin colour', '👍🏽', 2],
    ['a family of four', '👨‍👩‍👧‍👦', 2],
    ['a person at work', '🧑‍💻', 2],
    ['a flag', '🇩🇪', 2],
    ['a hand of old with a skin colour', '☝🏽', 2],
    ['the same with a variation selector', '☝️🏽', 2],
    ['a victory sign with one', '✌️🏿', 2],
    ['a keycap without one', '1⃣', 2],
    ['a heart on fire, newer than twitter-text', '❤️‍🔥', 2],
    ['a handshake of two colours, newer as well', '🫱🏽‍🫲🏻', 2],
    ['dancers of one colour, of Emoji 17', '👯🏽', 2],
    ['an eye in a speech bubble, older than twitter-text, which takes it for two', '👁️‍🗨️', 5],
    ['infinity, as twitter-text takes it', '♾️', 4],
    ['a flag in pieces', '🏳‍🌈', 5],
    ["England's flag", '🏴󠁧󠁢󠁥󠁮󠁧󠁿', 2],
    ['a keycap', '1️⃣', 2],
    ['a heart, with and without its colour', '❤️❤', 4],
    ['digits, which are no emoji', '1#*', 3],
    ['a short URL', 'https://a.co', 23],
    ['a long URL', `https://example.com/${'x'.repeat(300)}?y=1#z`, 23],
    ['a URL of 4,000 characters', `https://example.com/${'x'.repeat(3980)}`, 23],
    ['a long URL right before ideographs', `https://example.com/${'x'.repeat(70)}日本`, 27],
    ['a long query right before ideographs', `https://example.com/a?${'x=1&'.repeat(30)}日本`, 27],
    ['a URL of Cyrillic letters', `https://ru.wikipedia.org/wiki/${'Список_'.repeat(28)}`, 23],
    ['a URL whose host is Cyrillic', 'https://пример.рф/путь?q=1#a', 23],
    ['a URL whose host is Arabic', 'https://موقع.شبكة/a', 23],
    ['a URL right before Arabic letters', 'https://example.com/مثال', 27],
    ['a query that goes on in Cyrillic letters', 'https://example.com/?q=привет', 29],
    ['a URL with a port and an underscore', 'https://my_page.example.com:8443/a_(b)', 23],
    ['a bare domain', 'example.com', 23],
    ['a bare domain that goes on in another script', 'example.com☕.com/', 28],
    ['a bare domain with a path', 'x.com/abc', 23],
    ['a URL in a sentence, whose full stop is not part of it', 'See https://example.com/a.', 28],
    ['two URLs', 'https://a.co https://b.co', 47],
    ['an address without a known domain', 'http://localhost', 16],
    ['a mention and a hashtag, by their letters', '@user #tag', 10],
    ['half a surrogate pair', '\ud800', 2],
  ])('%s', (_, text, weight) => {
    expect(weightOf(text)).toBe(weight);
  });

  test('280 letters and 140 ideographs both weigh 280', () => {
    expect(weightOf('a'.repeat(280))).toBe(280);
    expect(weightOf('語'.repeat(140))).toBe(280);
  });
});

test('composed and decomposed letters weigh the same', () => {
  expect(weightOf('e\u0301')).toBe(1);
  expect(weightOf('e\u0301')).toBe(weightOf('\u00e9'));
});

const word = fc.stringMatching(/^[a-zA-Z]{1,12}$/);

test('plain words weigh one per character, however they are joined', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.array(word, { minLength: 1 }), (some, others) => {
      const [one, other] = [some.join(' '), others.join(' ')];
      expect(weightOf(`${one} ${other}`)).toBe(weightOf(one) + 1 + weightOf(other));
      expect(weightOf(one)).toBe(one.length);
    }),
  );
});

const linked = fc
  .array(fc.constantFrom('a.co', 'x.com', ' ', '語', 'a'), { maxLength: 12 })
  .map((words) => words.join(''));

test('the weight of any text is a whole number of at most 23 for every four characters', () => {
  // The shortest link.
  expect(weightOf('a.co')).toBe(23);
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), linked), (text) => {
      const weight = weightOf(text);
      expect(Number.isInteger(weight)).toBe(true);
      expect(weight).toBeGreaterThanOrEqual(text === '' ? 0 : 1);
      expect(weight).toBeLessThanOrEqual((text.normalize('NFC').length / 4) * 23);
    }),
  );
});

// The domain search of twitter-text takes quadratic time.
test.each([
  ['dotted ideographs', '日本.'.repeat(8000)],
  ['dotted letters', 'a.'.repeat(12_500)],
  ['dashed letters', `http://${'a-'.repeat(12_000)}.com`],
])('a hostile text of the maximum size is measured: %s', (_, text) => {
  expect(weightOf(text)).toBeGreaterThan(10_000);
});

describe('measuring a text', () => {
  test.each([
    ['none', 'Hello', 0],
    ['one', 'Buy $XYZ', 1],
    ['two', '$ABC and $XYZ', 2],
    ['an amount of money is none', 'It costs $100', 0],
  ])('counts its cashtags: %s', (_, text, cashtags) => {
    expect(measureText(text).cashtags).toHaveLength(cashtags);
  });

  test.each(['\ufffe', '\ufeff', '\uffff'])('reports %j as forbidden', (character) => {
    expect(measureText(`a${character}b`).forbidden).toEqual([{ start: 1, end: 2 }]);
  });

  test('does not report joiners, replacement characters or null as forbidden', () => {
    expect(measureText('a\u200d\ufffd\u0000').forbidden).toEqual([]);
  });
});

describe('places in the text', () => {
  const cut = (text: string, { start, end }: { start: number; end: number }) => text.slice(start, end);

  test('are given for links as X finds them', () => {
    const text = 'Read 😀 https://example.com/a?b=c, or example.org.';
    const { links } = measureText(text);
    expect(links.map((link) => [link.url, cut(text, link)])).toEqual([
      ['https://example.com/a?b=c', 'https://example.com/a?b=c'],
      ['example.org', 'example.org'],
    ]);
  });

  test.each([
    ['letters', 'a'.repeat(12), 10, 'aa'],
    ['an emoji that does not fit whole', `${'a'.repeat(9)}😀b`, 10, '😀b'],
    ['a link that does not fit whole', 'See https://example.com/abc now', 26, 'https://example.com/abc now'],
  ])('are given for what exceeds the limit: %s', (_, text, most, over) => {
    const { overflow } = measureText(text, most);
    expect(overflow && cut(text, overflow)).toBe(over);
  });

  test('include no overflow when the text has exactly the maximum length', () => {
    expect(measureText('a'.repeat(10), 10).overflow).toBeNull();
  });

  test('refer to the text as given, although X counts its composed form', () => {
    const text = 'e\u0301'.repeat(12) + ' $ABC $XYZ';
    const { overflow, cashtags } = measureText(text, 10);
    expect(overflow?.start).toBe(20);
    expect(cashtags.map((span) => cut(text, span))).toEqual(['$ABC', '$XYZ']);
  });

  test('can end a link within a grapheme', () => {
    const { links } = measureText('https://example.com/#e\u0301\u200d☝');
    expect(links.map(({ end }) => end)).toEqual([23]);
  });

  test('include an overflow up to the end of the text exactly when its weight exceeds the limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, most) => {
        const { weightedLength, overflow } = measureText(text, most);
        expect(overflow === null).toBe(weightedLength <= most);
        if (overflow) {
          expect(overflow.end).toBe(text.length);
          expect(overflow.start).toBeLessThan(text.length);
        }
      }),
    );
  });
});
