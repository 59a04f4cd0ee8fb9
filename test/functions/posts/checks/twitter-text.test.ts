import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import twitterText from 'twitter-text';
import { describe, expect, test } from 'vitest';
import { linksIn } from '#functions/posts/checks/links.ts';
import { departures, measureText } from '#functions/posts/checks/text-weight.ts';
import { splitIntoParts } from '#functions/posts/composing/split.ts';
import { withMarkedLinks } from '#functions/posts/writing/utm-links.ts';
import { DomainError } from '#shared/errors.ts';

const linkPlaces = (text: string) => twitterText.extractUrlsWithIndices(text).map(({ indices }) => indices);
const linksOf = (text: string) => linkPlaces(text).map(([begin, end]) => text.slice(begin, end));
const weigh = (text: string) => twitterText.parseTweet(text).weightedLength;

/** Emoji that twitter-text knows only without the variation selector. */
const oldEmoji = ['♾️', '👁️‍🗨️'];

/**
 * The weight that twitter-text would give if it knew today's emoji: unknown ones stand as a known one. Undefined where
 * an emoji is part of a link.
 */
const weighAsToday = (text: string): number | undefined => {
  const known = text
    .normalize('NFC')
    .replace(/\p{RGI_Emoji}/gv, (emoji) => (oldEmoji.includes(emoji) || weigh(emoji) === 2 ? emoji : '😀'));
  return isDeepStrictEqual(linksOf(known), linksOf(text.normalize('NFC'))) ? weigh(known) : undefined;
};

/** One of these, separated by blanks. */
const oneOf = (said: string) => fc.constantFrom(...said.split(' '));
const someOf = (piece: fc.Arbitrary<string>, minLength: number, maxLength: number) =>
  fc.array(piece, { minLength, maxLength }).map((pieces) => pieces.join(''));

const word = fc.oneof(
  oneOf('plum Größe путь ёлка Ελλάδα مرحبا שלום नमस्ते ไทย 日本 です 한국 中国'),
  oneOf('e\u0301 İ ſ ß ﬁ \u{20000} １２ a_b my-page 3.5 v2'),
);
const sign = fc.oneof(
  fc.constantFrom(' ', '\n', '\u00a0', '\u3000', '\u200b', '\u200e', '\u202e'),
  oneOf(
    '. , ! ? : ; … — – / \\ ( ) [ ] { } < > « » „ “ " \' ’ 「 」 （ ） 。 、 ؟ । @ ＠ # ＃ $ % & * + = ~ | ^ ` _ -',
  ),
);
const host = fc.oneof(
  oneOf('example.com EXAMPLE.ORG my_page.example.com a-b.example.co.uk xn--e1afmkfd.xn--p1ai пример.рф localhost'),
  oneOf('правительство.рф 例え.jp 例え.テスト 日本.中国 مثال.شبكة müller.de ελ.ευ 한국.한국 127.0.0.1 foo.local'),
  oneOf('a.b.c.d.museum t.co -a.com a_.com x.y_z.com wow😀.ws ☕.com a..com'),
);
const path = someOf(fc.oneof(word, oneOf("/ . (a) (b(c)) ( ) %D0%BF , ' ~ @me/ ! *")), 0, 5);
const query = someOf(fc.oneof(word, oneOf('= & + %20 q [] | ?')), 0, 5);
const fragment = someOf(fc.oneof(word, oneOf('/ ! ?')), 0, 3);
const none = fc.constant('');
const link = fc
  .tuple(
    fc.constantFrom('https://', 'http://', 'HTTPS://', '', '', 'ftp://', 'javascript:', '//'),
    host,
    fc.oneof(none, none, oneOf(':80 :8443 :')),
    fc.oneof(
      none,
      path.map((said) => `/${said}`),
    ),
    fc.oneof(
      none,
      query.map((said) => `?${said}`),
    ),
    fc.oneof(
      none,
      fragment.map((said) => `#${said}`),
    ),
  )
  .map((pieces) => pieces.join(''));

/** Emoji old and new, whole and in pieces that may or may not make one. */
const emoji = fc.oneof(
  oneOf('😀 ☕ 🇩🇪 1️⃣ #⃣ ☝️🏽 ☝🏽 ✌️ 👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👁️‍🗨️ 👁‍🗨 ♾️ ♾ 🧎🏿‍♂️‍➡️ 👩🏽‍❤️‍💋‍👨🏿 🫩 🙂‍↔️ 🐈‍⬛'),
  fc.constantFrom(...(departures[0]?.examples ?? [])),
  someOf(
    fc.oneof(
      oneOf('☝ ✌ ⛹ 🕵 👩 🧑 👯 🤝 ❤ ♀ ♂ ⚧ 🏳 🏴 🔥 1 * © ™ ♟ 🇩 🇪 🇨 🇶'),
      oneOf('\ufe0f \ufe0f \ufe0e \u200d \u200d \u20e3 🏻 🏿 \u{e0067} \u{e007f}'),
    ),
    1,
    5,
  ),
);
const text = fc
  .array(fc.oneof({ weight: 2, arbitrary: link }, word, { weight: 2, arbitrary: sign }, emoji), { maxLength: 10 })
  .map((pieces) => pieces.join(''));

/** No parts where a link alone is too heavy: if its host continues in another script, those letters weigh too. */
const partsOf = (...asked: Parameters<typeof splitIntoParts>) => {
  try {
    return splitIntoParts(...asked);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'unsplittable') return [];
    throw error;
  }
};

describe('in any script, as in twitter-text', () => {
  test('a text has the same weight and the same links', () => {
    fc.assert(
      fc.property(text, (given) => {
        const composed = given.normalize('NFC');
        expect(linksIn(composed)).toEqual(linkPlaces(composed));
        const { weightedLength, links } = measureText(given);
        expect(links.map(({ url }) => url)).toEqual(linksOf(composed));
        expect(links.map(({ start, end }) => given.slice(start, end).normalize('NFC'))).toEqual(linksOf(composed));
        expect(weightedLength).toBe(weighAsToday(given) ?? weightedLength);
      }),
      { numRuns: 1_500 },
    );
  });

  test('UTM parameters are added to whole links, and nothing else changes', () => {
    const utm = { source: 'x', medium: 'social', campaign: 'весна', term: null, content: null };
    const added = `utm_source=x&utm_medium=social&utm_campaign=${encodeURIComponent('весна')}`;
    fc.assert(
      fc.property(text, (raw) => {
        const given = raw.normalize('NFC');
        const marked = withMarkedLinks(raw, utm)?.normalize('NFC');
        if (marked === undefined) return;
        const [before, after] = [linkPlaces(given), linksOf(marked)];
        let [from, rest] = [0, marked];
        for (const [place, [begin, end]] of before.entries()) {
          const own = given.slice(begin, end);
          const isMarkable = /^https?:\/\/(?!t\.co\/)/i.test(own);
          const [address = '', ...fragments] = own.split('#');
          const said = after[place] ?? '';
          expect(rest.startsWith(given.slice(from, begin) + said)).toBe(true);
          if (isMarkable) {
            const joint = !address.includes('?') ? '?' : /&$|^[^?]*[?]$/.test(address) ? '' : '&';
            const start = `${address}${joint}${added}`;
            expect(said.startsWith(start)).toBe(true);
            expect(decodeURIComponent(said.slice(start.length).replace(/%(?![\dA-F]{2})/gi, '%25'))).toBe(
              decodeURIComponent(
                (fragments.length > 0 ? `#${fragments.join('#')}` : '').replace(/%(?![\dA-F]{2})/gi, '%25'),
              ),
            );
          } else expect(said).toBe(own);
          rest = rest.slice(begin - from + said.length);
          from = end;
        }
        expect(rest).toBe(given.slice(from));
      }),
      { numRuns: 1_000 },
    );
  });

  test('the parts of a split text have the same weight, and no link or grapheme is cut', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 40, max: 80 }), fc.boolean(), (given, maxWeightedLength, numbering) => {
        if (given.trim() === '' || given.length > 400) return;
        const graphemes = new Set(Array.from(new Intl.Segmenter('und').segment(given), ({ index }) => index));
        const { links } = measureText(given);
        for (const part of partsOf(given, { maxWeightedLength, numbering })) {
          expect(part.weightedLength).toBe(weighAsToday(part.text) ?? part.weightedLength);
          expect(part.weightedLength).toBeLessThanOrEqual(maxWeightedLength);
          // Whitespace before a part is dropped, even with a combining mark on it.
          expect(graphemes.has(part.start) || /\s$/u.test(given.slice(0, part.start))).toBe(true);
          expect(links.some(({ start, end }) => start < part.end && part.end < end)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });
});

test('every listed departure weighs differently in twitter-text, and every newer emoji weighs 2', () => {
  for (const { examples } of departures) {
    for (const each of examples) expect([each, measureText(each).weightedLength]).not.toEqual([each, weigh(each)]);
  }
  for (const each of departures[0]?.examples ?? []) expect([each, measureText(each).weightedLength]).toEqual([each, 2]);
});
