import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparable, isWhole, mayRead, writtenText } from '#functions/accounts/domain/post-match.ts';
import { presentText } from '#infra/local/x-sandbox/text.ts';

const xPostId = '1900000000000000001';

/** The text as X shows it and as a client reads it. */
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

describe('a text is recognised as X shows it', () => {
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

  test('for any text', () => {
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

describe('a different text is not mistaken for the one that was sent', () => {
  test.each([
    ['a word more', 'Beans', 'Beans!'],
    ['another link', 'https://example.com/a', 'https://example.com/b'],
    ['other capitals', 'Beans', 'beans'],
    ['a link more', 'Beans', 'Beans https://example.com'],
  ])('%s', (_, sent, other) => {
    expect(same(sent, shown(other))).toBe(false);
  });

  test('with a leading mention, except in a reply, where X may add one', () => {
    expect(comparable('@acme Beans', false)).not.toBe(comparable('Beans', false));
    expect(comparable('@acme @other Beans', true)).toBe(comparable('Beans', true));
  });
});

test('composed and decomposed letters are the same (X counts in NFC)', () => {
  expect(comparable('Cafe\u0301', false)).toBe(comparable('Caf\u00e9', false));
});

const rest = { xPostId, replyTo: null, mediaCount: 0, createdAt: undefined };

test('a text is incomplete when X does not expand one of its links', () => {
  expect(isWhole({ ...rest, ...shown('Look: https://example.com') })).toBe(true);
  expect(isWhole({ ...rest, text: 'Look: https://t.co/abc', links: [] })).toBe(false);
});

describe('a text that X shows only in part', () => {
  const may = (text: string, sent: string, isCut = false) => mayRead({ ...rest, text, links: [], isCut }, sent, false);

  test('may be any text that fits the visible part', () => {
    expect(may('Look: https://t.co/abc now', 'Look: https://example.com now')).toBe(true);
    expect(may('Look: https://t.co/abc', 'Look: https://example.com')).toBe(true);
    expect(may('Look https://t.co/abc', 'Look')).toBe(true);
    expect(may('Once upon a… https://t.co/abc', 'Once upon a time', true)).toBe(true);
    expect(may('Once upon a…', 'Once upon a time', true)).toBe(true);
  });

  test('is no text that differs in the visible part', () => {
    expect(may('Look: https://t.co/abc now', 'Look: https://example.com then')).toBe(false);
    expect(may('Look: https://t.co/abc now', 'See: https://example.com now')).toBe(false);
    expect(may('Twice upon a… https://t.co/abc', 'Once upon a time', true)).toBe(false);
  });
});
