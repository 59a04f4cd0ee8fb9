import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultSettings } from '#events/users.ts';
import { measureText, measureTexts } from '#functions/posts/checks/text-weight.ts';
import { targetOf, withShortLinks } from '#functions/posts/domain/short-link.ts';
import { linkCodesFrom } from '#functions/posts/ports/link-codes.ts';
import { makeShortLinks, planShortLinks } from '#functions/posts/short-links/make-short-links.ts';
import { stages } from '#infra/stages.ts';
import { memoryPosts } from '#test/support/memory/posts.ts';
import { aPart, aPost, noon, workspaceId } from '../samples.ts';

const linksUrl = 'https://d111111abcdef8.cloudfront.net';
const linkCodes = linkCodesFrom('a secret of the tests');
const planning = { measure: measureTexts, linkCodes, linksUrl };
const short = /^https:\/\/d111111abcdef8\.cloudfront\.net\/l\/[0-9A-Za-z]{12}$/;

const plan = (...texts: string[]) => planShortLinks(planning, aPost({ parts: texts.map((text) => aPart({ text })) }));
const shortened = async (text: string) => withShortLinks(text, await plan(text));
const linksOf = (text: string): string[] => measureText(text).links.map(({ start, end }) => text.slice(start, end));

describe('a link in a text', () => {
  test.each([
    ['alone', 'https://example.com/a?utm_source=x'],
    ['before a full stop', 'See https://example.com/a.'],
    ['in parentheses', '(https://example.com/a_(b)), yes'],
    ['before ideographs', 'https://example.com/日本'],
    ['with Cyrillic letters', 'Вот: https://пример.рф/путь?a=b!'],
    ['whose letters are decomposed', 'https://a.org/e\u0301/b now'],
    ['in capitals', 'HTTP://EXAMPLE.COM/A'],
  ])('is replaced by a short link in its place: %s', async (_, text) => {
    const [before = ''] = linksOf(text);
    const [after = ''] = linksOf(await shortened(text));
    expect(after).toMatch(short);
    expect(await shortened(text)).toBe(text.replace(before, after));
  });

  test.each([
    ['on X', 'https://x.com/acme/status/1'],
    ['on X by its old name', 'https://mobile.twitter.com/acme'],
    ['that X has shortened', 'https://t.co/abcdefghij'],
    ['without a scheme', 'example.com/a'],
    ['that is a short one already', `${linksUrl}/l/4fKq0ZtX9bLm`],
    ['that is a short one already, in capitals', 'HTTPS://D111111ABCDEF8.cloudfront.net:443/l/4fKq0ZtX9bLm'],
    ['that X would read otherwise', 'https://a.com,https://b.com'],
    ['longer than a header may be', `https://a.com/${'ж'.repeat(700)}`],
  ])('is not shortened: %s', async (_, text) => {
    expect(linksOf(text).length).toBeGreaterThan(0);
    expect(await plan(text)).toEqual([]);
  });

  test('has a stable code that depends on its workspace, post, part, place, target and the secret', async () => {
    const place = { workspaceId, postId: 'pst_1', part: 0, place: 0, target: 'https://example.com/' };
    const others = [
      { ...place, workspaceId: 'wsp_2' },
      { ...place, postId: 'pst_2' },
      { ...place, part: 1 },
      { ...place, place: 1 },
      { ...place, target: 'https://example.com/?a' },
    ];
    const codes = await Promise.all([place, ...others].map((each) => linkCodes.codeOf(each)));
    expect(new Set(codes).size).toBe(6);
    expect(await linkCodesFrom('a secret of the tests').codeOf({ ...place })).toBe(codes[0]);
    expect(await linkCodesFrom('another secret').codeOf(place)).not.toBe(codes[0]);
  });

  test.each(Object.values(stages()))(
    'is still a link of weight 23 once shortened on $name',
    async ({ linksUrl: own = linksUrl }) => {
      const [link] = await planShortLinks(
        { ...planning, linksUrl: own },
        aPost({ parts: [aPart({ text: 'https://a.org' })] }),
      );
      expect(measureText(link?.url ?? '')).toMatchObject({ weightedLength: 23, links: [{ url: link?.url }] });
    },
  );

  test('is not shortened beyond a hundred links of a post', async () => {
    const text = Array.from({ length: 60 }, (_, each) => `https://example.com/${each}`).join(' ');
    expect(await plan(text, text)).toHaveLength(100);
  });
});

describe('any text', () => {
  const word = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }).map((said) => `${said} `),
    fc.constantFrom('(', ').', ',', '\n', '日本', '#spring', '@acme', '👩🏽‍🚀', '', 'e\u0301'),
  );
  const link = fc.oneof(
    fc
      .tuple(fc.webPath(), fc.webQueryParameters(), fc.webFragments())
      .map(([path, query, fragment]) => `https://example.com${path}?${query}#${fragment}`),
    fc.constantFrom('https://x.com/acme', 'example.com', 'https://пример.рф/путь', `${linksUrl}/l/4fKq0ZtX9bLm`),
  );
  const text = fc
    .array(fc.tuple(word, link, fc.constantFrom(' ', '\n', '. ', ', ', '')), { maxLength: 5 })
    .map((all) => all.flat().join(''));

  test('keeps its number of links when shortened, each planned at its place, and weighs no more', async () => {
    let replaced = 0;
    await fc.assert(
      fc.asyncProperty(text, async (said) => {
        const links = await plan(said);
        const before = measureText(said);
        const after = measureText(withShortLinks(said, links));
        replaced += links.length;
        expect(after.links).toHaveLength(before.links.length);
        expect(after.weightedLength).toBeLessThanOrEqual(before.weightedLength);
        for (const { start, target, url } of links) {
          expect(said.slice(start, start + target.length)).toBe(target);
          expect(url).toMatch(short);
        }
      }),
      { numRuns: 300 },
    );
    // The property says nothing about texts without links.
    expect(replaced).toBeGreaterThan(200);
  });

  test('is shortened to the same text each time, with nothing left to shorten', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (said) => {
        const once = await shortened(said);
        expect(await shortened(said)).toBe(once);
        const left = (await plan(said)).length === 0 ? [] : linksOf(once).filter((each) => targetOf(each, linksUrl));
        expect(left).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the links of a post', () => {
  const post = aPost({ parts: [aPart({ text: 'See https://example.com/a' })], urlParts: [0] });
  const on = async () => {
    const deps = memoryPosts(() => noon);
    await deps.settings.learn(workspaceId, 1, { ...defaultSettings, shortLinks: true });
    return deps;
  };

  test('are stored as short links only when the workspace enables them', async () => {
    const off = memoryPosts(() => noon);
    expect(await makeShortLinks(off, post)).toEqual([]);
    expect(off.items.size).toBe(0);
    const deps = await on();
    const [link] = await makeShortLinks(deps, post);
    expect(await deps.shortLinks.find(link?.code ?? '')).toMatchObject({ target: 'https://example.com/a' });
  });

  test('do not take over a code that is in use', async () => {
    const deps = await on();
    const [link] = await planShortLinks(deps, post);
    const taken = { workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W', postId: post.id, code: link?.code ?? '' };
    await deps.shortLinks.keep({ ...taken, target: 'https://other.example/', stoppedAt: null });
    expect(await makeShortLinks(deps, post)).toEqual([]);
    expect(await deps.shortLinks.find(taken.code)).toMatchObject({ target: 'https://other.example/' });
  });

  test('stay stopped when they are shortened again', async () => {
    const deps = await on();
    const [link] = await makeShortLinks(deps, post);
    const key = { pk: `LINK#${link?.code ?? ''}`, sk: 'LINK' };
    const stopped = {
      UpdateExpression: 'SET stoppedAt = :at',
      ExpressionAttributeValues: { ':at': noon.toISOString() },
    };
    await deps.table.update(key, stopped);
    expect(await makeShortLinks(deps, post)).toEqual([link]);
    expect(await deps.shortLinks.find(link?.code ?? '')).toMatchObject({ stoppedAt: noon.toISOString() });
  });
});
