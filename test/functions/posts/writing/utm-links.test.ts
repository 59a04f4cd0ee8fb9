import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linksIn } from '#functions/posts/checks/links.ts';
import { carriesUtm, withMarkedLinks } from '#functions/posts/writing/utm-links.ts';

const utm = { source: 'x', medium: 'social', campaign: 'spring', term: null, content: null };
const added = 'utm_source=x&utm_medium=social&utm_campaign=spring';
const linksOf = (text: string): string[] => linksIn(text).map(([begin, end]) => text.slice(begin, end));

describe('a link in a text gets UTM parameters', () => {
  test.each([
    ['alone', 'https://example.com/a', `https://example.com/a?${added}`],
    ['without a path', 'https://example.com', `https://example.com?${added}`],
    ['over http, in capitals', 'HTTP://EXAMPLE.COM/A', `HTTP://EXAMPLE.COM/A?${added}`],
    ['before a full stop', 'See https://example.com/a.', `See https://example.com/a?${added}.`],
    ['in parentheses', '(https://example.com/a), yes', `(https://example.com/a?${added}), yes`],
    ['with a query', 'https://example.com/?b=1 now', `https://example.com/?b=1&${added} now`],
    ['with a query that ends open', 'https://example.com/?b=1&', `https://example.com/?b=1&${added}`],
    ['with a fragment', 'https://example.com/a?b=1#c', `https://example.com/a?b=1&${added}#c`],
    ['with a fragment that has a query', 'https://example.com/#/a?b=1', `https://example.com/?${added}#/a?b=1`],
    ['with parentheses in its fragment', 'https://example.com/#a_(b)', `https://example.com/?${added}#a_(b%29`],
    ['before ideographs', 'https://example.com/日本', `https://example.com/?${added}日本`],
    ['with Cyrillic letters', 'https://пример.рф/путь#я.', `https://пример.рф/путь?${added}#%D1%8F.`],
    ['of 200 Cyrillic letters', `https://a.org/${'ж'.repeat(200)}!`, `https://a.org/${'ж'.repeat(200)}?${added}!`],
    ['whose query X does not take to its end', 'https://a.org/?q=путь', `https://a.org/?q=&${added}путь`],
    ['whose letters are decomposed', 'https://a.org/e\u0301/b', `https://a.org/e\u0301/b?${added}`],
    ['before a decomposed letter', 'https://a.org/?q=e\u0301', `https://a.org/?q=&${added}e\u0301`],
    ['with a port and an underscore', 'https://my_page.a.org:80/', `https://my_page.a.org:80/?${added}`],
    ['with parentheses', '(https://a.org/B_(c))', `(https://a.org/B_(c)?${added})`],
    ['twice', 'https://a.com https://b.com', `https://a.com?${added} https://b.com?${added}`],
  ])('%s', (_, text, marked) => {
    expect(withMarkedLinks(text, utm)).toBe(marked);
  });

  test('but keeps those that it has', () => {
    expect(withMarkedLinks('https://example.com/?utm_source=mail&UTM_Medium=x', utm)).toBe(
      'https://example.com/?utm_source=mail&UTM_Medium=x&utm_campaign=spring',
    );
    expect(withMarkedLinks('https://example.com/?utm%5Fsource=&%ff=1', utm)).toBe(
      'https://example.com/?utm%5Fsource=&%ff=1&utm_medium=social&utm_campaign=spring',
    );
  });

  test('for all that the campaign has, whatever the values', () => {
    const odd = { source: 'a b', medium: 'c&d=e', campaign: 'Früh#1', term: "(it's)", content: 'end.' };
    const [link = ''] = linksOf(withMarkedLinks('Look: https://example.com/x!', odd) ?? '');
    expect(Object.fromEntries(new URL(link).searchParams)).toEqual({
      utm_source: 'a b',
      utm_medium: 'c&d=e',
      utm_campaign: 'Früh#1',
      utm_term: "(it's)",
      utm_content: 'end.',
    });
  });
});

test.each([
  ['no link', 'Hello, #spring @acme'],
  ['an address without its scheme', 'See example.com/a'],
  ['an address of another scheme', 'See ftp://example.com/a'],
  ['a host that X knows nothing of', 'See http://localhost/a'],
  ['an address behind a letter', 'Seehttps://example.com/a'],
  ['a link that X has shortened', 'https://t.co/abcdefghij'],
])('%s is left unchanged', (_, text) => {
  expect(withMarkedLinks(text, utm)).toBe(text);
});

test.each([
  ['that what follows would run into', 'https://a.com,https://b.com'],
  ['that what follows would run into, as a path', 'https://a.com|b'],
  ['that would be too long for X', `https://a.com/${'x'.repeat(4060)}`],
])('marking fails for a link %s', (_, text) => {
  expect(withMarkedLinks(text, utm)).toBeUndefined();
});

const word = fc.stringMatching(/^[a-zA-Z]{1,8}$/);
const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const anyUtm = fc.record({
  source: value,
  medium: value,
  campaign: value,
  term: fc.option(value),
  content: fc.option(value),
});
const link = fc
  .record({
    host: word,
    path: fc.array(word, { maxLength: 3 }),
    query: fc.dictionary(fc.oneof(word, fc.constantFrom('utm_source', 'utm_term')), word, { maxKeys: 3 }),
    fragment: fc.option(word),
  })
  .map(({ host, path, query, fragment }) => {
    const asked = new URLSearchParams(query).toString();
    return [
      `https://${host}.example.com/${path.join('/')}`,
      asked === '' ? '' : `?${asked}`,
      fragment === null ? '' : `#${fragment}`,
    ].join('');
  });
const sentence = fc
  .array(fc.oneof(word, link, fc.constantFrom('😀', '日本', '…')), { maxLength: 8 })
  .chain((words) => fc.constantFrom(' ', '\n', ', ', '. ', '! ').map((joint) => words.join(joint)));

describe('a link carries the UTM parameters of a campaign', () => {
  test.each([
    ['in any order, beside others', 'https://a.org/?b=1&utm_campaign=spring&UTM_Medium=social&utm_source=x#c', true],
    ['not without one of them', 'https://a.org/?utm_source=x&utm_medium=social', false],
    ['not with another value', 'https://a.org/?utm_source=x&utm_medium=social&utm_campaign=autumn', false],
    ['not in its fragment', `https://a.org/#?${added}`, false],
    ['not by a service that hides the target', 'https://t.co/abc', false],
  ])('%s', (_, address, isCarried) => {
    expect(carriesUtm(address, utm)).toBe(isCarried);
  });

  test('once it is marked, for any values', () => {
    fc.assert(
      fc.property(anyUtm, (from) => {
        expect(carriesUtm(withMarkedLinks('https://a.org/?b=1#c', from) ?? '', from)).toBe(true);
      }),
    );
  });
});

describe('for any text and parameters', () => {
  test('each link gets what it lacks, all else stays, and marking again changes nothing', () => {
    fc.assert(
      fc.property(sentence, anyUtm, (text, from) => {
        const marked = withMarkedLinks(text, from) ?? '';
        const before = linksOf(text);
        const after = linksOf(marked);
        expect(after).toHaveLength(before.length);
        const between = (whole: string, links: string[]) =>
          links.reduce((rest, each) => rest.replace(each, '·'), whole);
        expect(between(marked, after)).toBe(between(text, before));
        after.forEach((each, place) => {
          const [now, then] = [new URL(each), new URL(before[place] ?? '')];
          expect([now.host, now.pathname, now.hash]).toEqual([then.host, then.pathname, then.hash]);
          const own = Object.fromEntries(then.searchParams);
          const wanted = Object.entries(from).flatMap(([name, said]) => (said === null ? [] : [[`utm_${name}`, said]]));
          expect(Object.fromEntries(now.searchParams)).toEqual({ ...Object.fromEntries(wanted), ...own });
        });
        expect(withMarkedLinks(marked, from)).toBe(marked);
      }),
    );
  });

  test('a marked text has as many links as before, unless marking fails', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(link, fc.string()), { maxLength: 5 }), anyUtm, (pieces, from) => {
        const text = pieces.join('');
        const marked = withMarkedLinks(text, from);
        if (marked !== undefined) expect(linksOf(marked)).toHaveLength(linksOf(text).length);
      }),
    );
  });
});
