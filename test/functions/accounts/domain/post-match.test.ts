import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparable, isWhole, mayRead, writtenText } from '#functions/accounts/domain/post-match.ts';
import { presentText } from '#infra/local/x-sandbox/text.ts';

const xPostId = '1900000000000000001';

/** The text as X shows it, and what a client reads of it. */
const shown = (text: string, withMedia = false) => {
  const media = withMedia ? { url: `https://x.com/acme/status/${xPostId}/photo/1`, mediaKey: '3_1' } : undefined;
  const { text: presented, entities } = presentText(text, 'seed', media, () => undefined);
  return {
    xPostId,
    text: presented,
    links: entities.urls.map(({ url, expanded_url: expandedUrl }) => ({ url, expandedUrl })),
  };
};
const same = (sent: string, seen: ReturnType<typeof shown>) =>
  comparable(sent, false) === comparable(writtenText(seen), false);

describe('a text is known again as X shows it', () => {
  test.each([
    ['plain words', 'Beans, freshly roasted'],
    ['a link', 'Look: https://example.com/a/b?c=d&e=f#g and go'],
    ['a link without a scheme', 'Look at example.com/beans now'],
    ['two links', 'https://example.com https://example.org/x'],
    ['a link in capitals', 'HTTPS://Example.com/A'],
    ['characters that X escapes', 'a < b && c > d &amp; e'],
    ['letters in two parts', 'Cafe\u0301 au lait'],
    ['blanks at the ends and in runs', '  Beans \n\n and   tea \t'],
    ['emoji and CJK', '咖啡 ☕️ 👩‍🍳'],
    ['a mention and tags', '@acme #beans $BEAN'],
  ])('%s', (_, text) => {
    expect(same(text, shown(text))).toBe(true);
    expect(same(text, shown(text, true))).toBe(true);
  });

  test('whatever was written', () => {
    const word = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.webUrl(),
      fc.constantFrom('&', '<b>', '%', '%41', 'ß', 'İ'),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), fc.boolean(), (words, withMedia) => {
        const text = words.join(' ');
        expect(same(text, shown(text, withMedia))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('another text is not taken for it', () => {
  test.each([
    ['a word more', 'Beans', 'Beans!'],
    ['another link', 'https://example.com/a', 'https://example.com/b'],
    ['other capitals', 'Beans', 'beans'],
    ['a link more', 'Beans', 'Beans https://example.com'],
  ])('%s', (_, sent, other) => {
    expect(same(sent, shown(other))).toBe(false);
  });

  test('a mention at the head counts, except in a reply, where X may put one', () => {
    expect(comparable('@acme Beans', false)).not.toBe(comparable('Beans', false));
    expect(comparable('@acme @other Beans', true)).toBe(comparable('Beans', true));
  });
});

test('letters in one part and in two are the same (X counts in NFC)', () => {
  expect(comparable('Cafe\u0301', false)).toBe(comparable('Caf\u00e9', false));
});

const rest = { xPostId, replyTo: null, mediaCount: 0, createdAt: undefined };

test('a link that X does not explain leaves the text unknown', () => {
  expect(isWhole({ ...rest, ...shown('Look: https://example.com') })).toBe(true);
  expect(isWhole({ ...rest, text: 'Look: https://t.co/abc', links: [] })).toBe(false);
});

describe('a text of which X does not show all', () => {
  const may = (text: string, sent: string, isCut = false) => mayRead({ ...rest, text, links: [], isCut }, sent, false);

  test('may be every text that fits what it shows', () => {
    expect(may('Look: https://t.co/abc now', 'Look: https://example.com now')).toBe(true);
    expect(may('Look: https://t.co/abc', 'Look: https://example.com')).toBe(true);
    expect(may('Look https://t.co/abc', 'Look')).toBe(true);
    expect(may('Once upon a… https://t.co/abc', 'Once upon a time', true)).toBe(true);
    expect(may('Once upon a…', 'Once upon a time', true)).toBe(true);
  });

  test('is none that differs in what it shows', () => {
    expect(may('Look: https://t.co/abc now', 'Look: https://example.com then')).toBe(false);
    expect(may('Look: https://t.co/abc now', 'See: https://example.com now')).toBe(false);
    expect(may('Twice upon a… https://t.co/abc', 'Once upon a time', true)).toBe(false);
  });
});
